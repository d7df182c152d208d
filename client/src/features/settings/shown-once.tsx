import { useEffect, useRef, type ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'

export interface ShownOnceProps {
  readonly title: string
  readonly about: string
  readonly done: string
  readonly onDone: () => void
  /** Of the panel, and of the button that closes it. */
  readonly testIds: { readonly panel: string; readonly done: string }
  /** What can be copied. */
  readonly children: ReactNode
}

/** A secret that was just created, in the place of the list until it was copied. Its heading takes the focus. */
export function ShownOnce({ title, about, done, onDone, testIds, children }: ShownOnceProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="space-y-4 rounded-md border border-accent/40 bg-accent-wash/40 p-4" data-testid={testIds.panel}>
      <div>
        <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
          {title}
        </h3>
        <p className="mt-0.5 text-sm text-soft">{about}</p>
      </div>
      {children}
      <Button onClick={onDone} data-testid={testIds.done}>
        {done}
      </Button>
    </section>
  )
}
