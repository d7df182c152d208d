import { useEffect, type ReactNode } from 'react'

/** The heading of an entry page, which is also the title of the tab. */
export function EntryHeading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Holdfast`
  }, [title])
  return (
    <div>
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      {children !== undefined && <p className="mt-1.5 text-sm text-soft">{children}</p>}
    </div>
  )
}
