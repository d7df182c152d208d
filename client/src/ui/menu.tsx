import { useState, type ReactNode } from 'react'
import { lazyPart } from './lazy-part.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: ReactNode
  readonly tone?: 'plain' | 'danger'
  /** Absent for an entry that opens another list. */
  readonly onSelect?: () => void
  readonly items?: readonly MenuItem[]
}

export interface MenuProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly className?: string
  readonly icon: ReactNode
  readonly align?: 'start' | 'end'
}

const loadMenu = () => import('./loaded-menu.tsx').then((module) => module.LoadedMenu)
const LoadedMenu = lazyPart<MenuProps & { readonly trigger: ReactNode; readonly onClose: () => void }>(loadMenu, {
  waiting: ({ trigger }) => trigger,
  close: ({ onClose }) => onClose,
})

/** What is not there yet is asked for again when the menu opens. */
const prepare = () => void loadMenu().catch(() => undefined)

/** A button that opens a list of actions. Its code comes when somebody reaches for it. */
export function Menu(props: MenuProps) {
  const [isAsked, setAsked] = useState(false)
  const trigger = (
    <button
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
  return <LoadedMenu {...props} trigger={trigger} onClose={() => setAsked(false)} />
}
