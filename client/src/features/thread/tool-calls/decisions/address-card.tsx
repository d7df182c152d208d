import type { Id, ToolCallPart } from '@holdfast/shared'
import { ExternalLink } from 'lucide-react'
import { useText } from '../../../../i18n/use-text.ts'
import { addressToHost } from '../../../../markdown/safe-address.ts'
import { Button } from '../../../../ui/button.tsx'
import { toolCallToWords } from '../../model/tool-call-words.ts'
import { QuestionFrame } from './question-frame.tsx'
import { useResponse } from './use-response.ts'
import '../../../../i18n/later-english.ts'

export interface AddressCardProps {
  readonly messageId: Id
  readonly call: ToolCallPart
  readonly message: string
  readonly url: string
}

/**
 * A tool asks the person to do something at an address, such as signing in. The whole address is shown before it is opened, and nothing is
 * opened by itself: it is chosen by another server.
 */
export function AddressCard({ messageId, call, message, url }: AddressCardProps) {
  const text = useText()
  const { isBusy, problem, send } = useResponse(messageId, call.callId)
  const { action, server } = toolCallToWords(call, text)
  return (
    <QuestionFrame
      icon={ExternalLink}
      kind={text('decision.form', { server: server ?? text('decision.the-server'), action })}
      question={message}
      callId={call.callId}
      testId="tool-address"
      problem={problem}
    >
      <p className="mt-3">
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className="font-medium text-ink underline underline-offset-2"
          data-testid="address-open"
        >
          {text('decision.address.open', { host: addressToHost(url) })}
        </a>
      </p>
      <p className="mt-1 font-mono text-xs wrap-anywhere text-faint" dir="ltr">
        {url}
      </p>
      <p className="mt-3 text-xs text-faint">{text('decision.address.about')}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button
          tone="accent"
          disabled={isBusy}
          onClick={() => send({ type: 'answer', content: {} })}
          data-testid="address-continue"
        >
          {text('decision.address.continue')}
        </Button>
        <Button disabled={isBusy} onClick={() => send({ type: 'answer', content: null })} data-testid="address-decline">
          {text('decision.form.decline')}
        </Button>
      </div>
    </QuestionFrame>
  )
}
