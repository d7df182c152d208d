import type { Id, ToolCallPart } from '@holdfast/shared'
import { CircleHelp } from 'lucide-react'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { ToolCallDetails } from '../tool-call-details.tsx'
import { toolCallToWords } from '../../model/tool-call-words.ts'
import { QuestionFrame } from './question-frame.tsx'
import { useResponse } from './use-response.ts'
import '../../../../i18n/later-english.ts'

const outcomes = ['done', 'not-done', 'run-again'] as const

/** A call of which nobody knows whether it has happened: the person finds out, and says it. */
export function UnknownCard({ messageId, call }: { readonly messageId: Id; readonly call: ToolCallPart }) {
  const text = useText()
  const { isBusy, problem, send } = useResponse(messageId, call.callId)
  const { action, subject, server } = toolCallToWords(call, text)
  const what = subject === null ? action : `${action}: ${subject}`
  return (
    <QuestionFrame
      icon={CircleHelp}
      kind={text('decision.unknown')}
      question={text('decision.unknown.question', { what })}
      callId={call.callId}
      testId="unknown-call"
      problem={problem}
    >
      <p className="mt-1 text-[0.8125rem] text-soft">
        {text('decision.unknown.about', { server: server ?? text('decision.the-server') })}
      </p>
      <div className="my-3">
        <ToolCallDetails call={call} />
      </div>
      <div className="flex flex-wrap gap-2">
        {outcomes.map((outcome) => (
          <Button
            key={outcome}
            disabled={isBusy}
            onClick={() => send({ type: 'outcome', outcome })}
            data-testid={`outcome-${outcome}`}
          >
            {text(`decision.outcome.${outcome}`)}
          </Button>
        ))}
      </div>
    </QuestionFrame>
  )
}
