import { isBlank, type Id, type ToolCallPart } from '@holdfast/shared'
import { useId, useState } from 'react'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { focusOnce } from '../../../../ui/focus-once.ts'
import { isDeleting } from '../../model/tool-call-words.ts'
import { useResponse } from './use-response.ts'
import '../../../../i18n/later-english.ts'

const maxReasonLength = 1_000

export interface ApprovalOptionsProps {
  readonly messageId: Id
  readonly call: ToolCallPart
  /** Whether arguments or a reason are being written. */
  readonly onWriting: (isWriting: boolean) => void
}

/** Further answers to an approval: with other arguments, or with a reason that the model gets. */
export function ApprovalOptions({ messageId, call, onWriting }: ApprovalOptionsProps) {
  const text = useText()
  const id = useId()
  const { isBusy, problem, send } = useResponse(messageId, call.callId)
  const [open, setOpen] = useState<'args' | 'reason' | null>(null)
  const [args, setArgs] = useState(() => JSON.stringify(call.args, null, 2))
  const [reason, setReason] = useState('')
  const [isBroken, setBroken] = useState(false)
  const [left, setLeft] = useState<'args' | 'reason' | null>(null)
  const show = (next: 'args' | 'reason' | null) => {
    setLeft(open)
    setOpen(next)
    onWriting(next !== null)
  }
  const submit = () => {
    if (open === 'reason') return send({ type: 'deny', reason })
    const parsed = readObject(args)
    setBroken(parsed === null)
    if (parsed) send({ type: 'approve', args: parsed })
  }
  if (open === null) {
    return (
      <div className="mt-2 -ml-2.5 flex flex-wrap gap-1">
        <Button
          size="small"
          tone="quiet"
          ref={left === 'args' ? focusOnce : undefined}
          onClick={() => show('args')}
          data-testid="edit-args"
        >
          {text('decision.edit')}
        </Button>
        <Button
          size="small"
          tone="quiet"
          ref={left === 'reason' ? focusOnce : undefined}
          onClick={() => show('reason')}
          data-testid="deny-reason"
        >
          {text('decision.reason')}
        </Button>
      </div>
    )
  }
  const isArgs = open === 'args'
  return (
    <form
      className="mt-3 space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label htmlFor={id} className="block text-sm font-medium">
        {text(isArgs ? 'decision.edit.label' : 'decision.reason.label')}
      </label>
      <textarea
        id={id}
        ref={focusOnce}
        required
        rows={isArgs ? Math.min(14, args.split('\n').length + 1) : 2}
        maxLength={isArgs ? undefined : maxReasonLength}
        value={isArgs ? args : reason}
        onChange={(event) => (isArgs ? setArgs(event.target.value) : setReason(event.target.value))}
        aria-invalid={isArgs && isBroken}
        aria-describedby={`${id}-problem`}
        spellCheck={!isArgs}
        className={`block w-full rounded-md border border-line-strong bg-paper px-3 py-2 text-base ${isArgs ? 'font-mono sm:text-[0.8125rem]' : ''}`}
        data-testid="decision-text"
      />
      <p id={`${id}-problem`} role="alert" className="text-[0.8125rem] wrap-anywhere text-danger-ink empty:hidden">
        {isArgs && isBroken ? text('decision.edit.broken') : problem}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          tone={isArgs ? (isDeleting(call.name) ? 'danger' : 'accent') : 'plain'}
          disabled={isBusy || isBlank(isArgs ? args : reason)}
          data-testid="decision-send"
        >
          {text(isArgs ? 'decision.edit.send' : 'decision.reason.send')}
        </Button>
        <Button tone="quiet" disabled={isBusy} onClick={() => show(null)}>
          {text('decision.back')}
        </Button>
      </div>
    </form>
  )
}

function readObject(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
