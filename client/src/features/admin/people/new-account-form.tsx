import type { ReactNode } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { errorToSentence } from '../../../react/error-to-sentence.ts'

export interface NewAccountFormProps {
  readonly title: string
  readonly testId: string
  readonly submit: { readonly label: string; readonly testId: string; readonly isDisabled?: boolean }
  /** The call that `onSubmit` makes. */
  readonly call: { readonly isPending: boolean; readonly error: unknown }
  readonly onSubmit: () => void
  readonly onClose: () => void
  /** The fields. */
  readonly children: ReactNode
}

/** The frame of what an administrator fills in for somebody who is to come. */
export function NewAccountForm({ title, testId, submit, call, onSubmit, onClose, children }: NewAccountFormProps) {
  const text = useText()
  return (
    <form
      aria-label={title}
      className="space-y-3.5 rounded-md border border-line p-4"
      data-testid={testId}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
      {call.error !== null && <Problem>{errorToSentence(call.error, text)}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="accent" disabled={call.isPending || submit.isDisabled} data-testid={submit.testId}>
          {submit.label}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
