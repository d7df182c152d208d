import { useEffect, type ReactNode } from 'react'
import { isComposing } from '../../lib/is-composing.ts'
import { useText } from '../../i18n/use-text.ts'
import { useBackCloses } from '../../ui/use-back-closes.ts'
import { useShell } from './shell-context.tsx'

/** Beside the thread where there is room, else a drawer over it that gives the focus back. */
export function SidebarFrame({ children }: { readonly children: ReactNode }) {
  const text = useText()
  const { isWide, isOpen, close: onClose } = useShell().sidebar
  useBackCloses(isOpen && !isWide, onClose)
  useEffect(() => {
    if (isWide || !isOpen) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || isComposing(event)) return
      event.preventDefault()
      onClose()
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [isWide, isOpen, onClose])
  if (isWide) {
    return isOpen ? <aside className="w-68 shrink-0 border-r border-line bg-sunken">{children}</aside> : null
  }
  return (
    <>
      {isOpen && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={text('sidebar.close')}
          className="fixed inset-0 z-30 bg-scrim"
          onClick={onClose}
        />
      )}
      <aside
        inert={!isOpen}
        className={`fixed inset-y-0 left-0 z-30 w-[min(20rem,86vw)] bg-sunken shadow-overlay transition-[translate,visibility] duration-180 ease-calm ${isOpen ? 'translate-x-0' : 'invisible -translate-x-full'}`}
      >
        {children}
      </aside>
    </>
  )
}
