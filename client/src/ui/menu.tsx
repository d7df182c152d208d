import { lazy, Suspense, useState, type ReactNode } from 'react'

export interface MenuItem {
  readonly label: string
  readonly icon?: ReactNode
  readonly tone?: 'plain' | 'danger'
  readonly onSelect: () => void
}

export interface MenuProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly className?: string
  readonly icon: ReactNode
  readonly align?: 'start' | 'end'
}

const loadMenu = () => import('./loaded-menu.tsx').then((module) => ({ default: module.LoadedMenu }))
const LoadedMenu = lazy(loadMenu)

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
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={(event) => {
        event.preventDefault()
        setAsked(true)
      }}
    >
      {props.icon}
    </button>
  )
  if (!isAsked) return trigger
  return (
    <Suspense fallback={trigger}>
      <LoadedMenu {...props} />
    </Suspense>
  )
}
