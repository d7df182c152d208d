import { useState, type ReactNode } from 'react'
import { lazyPart } from './lazy-part.tsx'
import type { MenuProps } from './menu-props.ts'

const loadMenu = () => import('./menu-impl.tsx').then((module) => module.MenuImpl)
const MenuImpl = lazyPart<MenuProps & { readonly trigger: ReactNode; readonly onClose: () => void }>(loadMenu, {
  waiting: ({ trigger }) => trigger,
  close: ({ onClose }) => onClose,
})

/** A failed load is repeated when the menu opens. */
const prepare = () => void loadMenu().catch(() => undefined)

/** A button that opens a menu of actions. Its code loads on hover or focus. */
export function Menu(props: MenuProps) {
  const { triggerRef } = props
  const [isAsked, setAsked] = useState(false)
  const trigger = (
    <button
      ref={triggerRef}
      type="button"
      aria-label={props.label}
      title={props.label}
      aria-haspopup="menu"
      aria-expanded={false}
      className={props.className}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={(event) => {
        event.preventDefault()
        setAsked(true)
      }}
    >
      {props.icon}
    </button>
  )
  if (!isAsked) return trigger
  return <MenuImpl {...props} trigger={trigger} onClose={() => setAsked(false)} />
}
