import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'

/** A loading placeholder, announced to screen readers as "loading". */
export function LoadingShape(props: { readonly className: string; readonly testId?: string; readonly children: ReactNode }) {
  const text = useText()
  return (
    <div className={props.className} role="status" data-testid={props.testId}>
      <span className="sr-only">{text('loading')}</span>
      {props.children}
    </div>
  )
}
