import { isContinuable, type Message, type RetryNotice } from '@holdfast/shared'
import { modelToName } from '../../../lib/model-name.ts'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { useSecondsUntil } from '../../../ui/seconds-until.ts'
import { AnswerFailure } from './answer-failure.tsx'
import { failureToTitle } from '../model/failure-words.ts'
import { isOpenQuestion } from '../model/parts-to-blocks.ts'
import type { MessageItemProps } from './message-item-props.ts'
import { OtherModelButton } from './other-model-button.tsx'

/** The status of an answer in words: before it has any text, and when it ended early. */
export function AnswerStatus({ message, retry, isStopping, isStalled, isLive, actions }: MessageItemProps) {
  const text = useText()
  switch (message.status) {
    case 'queued':
      return retry ? <RetryNote retry={retry} model={message.model} /> : <Queued message={message} actions={actions} />
    case 'generating':
      if (isStopping) return <Quiet>{text('answer.stopping')}</Quiet>
      // The connection is lost, or the node that writes: both are opened again without anybody's help.
      if (isStalled) return <Quiet>{text('answer.reconnecting')}</Quiet>
      if (retry) return <RetryNote retry={retry} model={message.model} />
      if (!isLive) return <Quiet>{text('answer.reconnecting')}</Quiet>
      return isBetweenParts(message) ? <Quiet>{text('answer.thinking')}</Quiet> : null
    case 'waiting':
      // The approval request itself shows this.
      if (message.parts.some((part) => part.type === 'tool-call' && isOpenQuestion(part))) return null
      return <p className="mt-2 text-sm text-warm-ink">{text('answer.waiting')}</p>
    case 'interrupted':
    case 'error':
      return <AnswerFailure message={message} actions={<GoOn message={message} actions={actions} />} />
    case 'cancelled':
      return (
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-faint" data-testid="answer-ended">
          <span>{text(message.parts.length === 0 ? 'answer.cancelled.empty' : 'answer.cancelled')}</span>
          <span className="flex flex-wrap gap-1.5">
            <GoOn message={message} actions={actions} />
          </span>
        </div>
      )
    case 'completed':
      if (isContinuable(message)) {
        return (
          <div className="mt-3 flex flex-wrap gap-1.5" data-testid="answer-ended">
            <GoOn message={message} actions={actions} />
          </div>
        )
      }
      // A note says what has become of an answer without a part.
      return message.parts.length === 0 && !message.notes ? <Quiet>{text('answer.empty')}</Quiet> : null
  }
}

/** Nothing is being written: the answer has not begun, or the model has its tools' results and has said nothing to them yet. */
function isBetweenParts({ parts }: Message): boolean {
  const last = parts.findLast(({ type }) => type !== 'file')
  if (!last) return true
  return last.type === 'tool-call' && last.state !== 'pending' && last.state !== 'running' && last.state !== 'waiting'
}

function Quiet({ children }: { readonly children: string }) {
  return <p className="mt-2 text-sm text-faint first:mt-0">{children}</p>
}

/** A queued message, which can be taken back until it is sent. */
function Queued({ message, actions }: Pick<MessageItemProps, 'message' | 'actions'>) {
  const text = useText()
  return (
    <div className="mt-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-faint first:mt-0 touch:min-h-11">
      <span>{text('answer.queued')}</span>
      {isUnbegun(message) && (
        <span className="late flex gap-1.5" data-testid="queued">
          <Withdraw message={message} actions={actions} />
        </span>
      )}
    </div>
  )
}

function Withdraw({ message: { parentId }, actions }: Pick<MessageItemProps, 'message' | 'actions'>) {
  const text = useText()
  if (parentId === null) return null
  return (
    <>
      <Button size="small" tone="quiet" onClick={() => actions.withdraw(parentId, 'edit')} data-testid="withdraw-edit">
        {text('answer.queued.edit')}
      </Button>
      <Button size="small" tone="quiet" onClick={() => actions.withdraw(parentId, 'discard')} data-testid="withdraw-discard">
        {text('answer.queued.discard')}
      </Button>
    </>
  )
}

/** The answer has no content, and the question has no other answer. */
function isUnbegun({ parts, siblingIds }: Message): boolean {
  return parts.length === 0 && siblingIds.length === 1
}

function RetryNote({ retry, model }: { readonly retry: RetryNotice; readonly model: string | null }) {
  const text = useText()
  const seconds = useSecondsUntil(Date.parse(retry.at) + retry.delayMs) ?? 0
  const name = model === null ? text('answer.the-model') : modelToName(model)
  const reason =
    failureToTitle(retry.reason, { provider: name }, text) ?? text('failure.provider-error', { provider: name, tries: 1 })
  const values = { reason, attempt: retry.attempt, max: retry.maxAttempts, seconds }
  return (
    <p className="mt-2 text-sm text-warm-ink tabular-nums" data-testid="retry-notice">
      {text(seconds > 0 ? 'answer.retry' : 'answer.retry.now', values)}
    </p>
  )
}

/** The actions for an answer that ended early. */
function GoOn({ message, actions }: Pick<MessageItemProps, 'message' | 'actions'>) {
  const text = useText()
  const isFailed = message.status === 'error'
  return (
    <>
      {isContinuable(message) && (
        <Button size="small" onClick={() => actions.continueAnswer(message.id)} data-testid="continue">
          {text('answer.continue')}
        </Button>
      )}
      <Button size="small" onClick={() => actions.regenerate(message.id)} data-testid="regenerate">
        {text(isFailed ? 'try-again' : 'message.regenerate')}
      </Button>
      {isFailed && <OtherModelButton model={message.model} onModel={(model) => actions.regenerate(message.id, model)} />}
      {message.status === 'cancelled' && isUnbegun(message) && <Withdraw message={message} actions={actions} />}
    </>
  )
}
