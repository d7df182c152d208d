import type { ReactNode } from 'react'

/** A page with a message and actions, when there is nothing else to show. */
export function CenteredMessage(props: {
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly testId?: string
}) {
  return (
    <div className="grid h-full place-items-center p-6" data-testid={props.testId}>
      <div className="flex max-w-sm flex-col items-center gap-3 text-center">
        <h1 className="text-lg font-semibold">{props.title}</h1>
        {props.children && <p className="text-sm text-soft">{props.children}</p>}
        {props.actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{props.actions}</div>}
      </div>
    </div>
  )
}
