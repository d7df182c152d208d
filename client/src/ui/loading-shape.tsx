import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'

/** The outline of what is being loaded; said in a word to who does not see it. */
export function LoadingShape(props: { readonly className: string; readonly testId?: string; readonly children: ReactNode }) {
  const text = useText()
  return (
    <div className={props.className} role="status" data-testid={props.testId}>
      <span className="sr-only">{text('loading')}</span>
      {props.children}
    </div>
  )
}
