import type { ReactNode } from 'react'

/** What went wrong with a form, said at once by screen readers. */
export function Problem({ children, testId }: { readonly children: ReactNode; readonly testId?: string }) {
  return (
    <p className="text-sm text-danger-ink" role="alert" data-testid={testId}>
      {children}
    </p>
  )
}
