import { lazy, Suspense, type ReactNode } from 'react'

export interface SheetProps {
  /** For screen readers; the sheet shows its own heading. */
  readonly label: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  readonly testId?: string
}

const LoadedSheet = lazy(() => import('./loaded-sheet.tsx').then((module) => ({ default: module.LoadedSheet })))

/** Something to look at for a moment over the page: from below on a phone, else from the side. */
export function Sheet(props: SheetProps) {
  if (!props.isOpen) return null
  return (
    <Suspense fallback={null}>
      <LoadedSheet {...props} />
    </Suspense>
  )
}
