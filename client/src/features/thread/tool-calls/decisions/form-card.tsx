import type { Id, ToolCallPart, ToolForm } from '@holdfast/shared'
import { MessageCircleQuestionMark } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useText } from '../../../../i18n/use-text.ts'
import { Button } from '../../../../ui/button.tsx'
import { toolCallToWords } from '../../model/tool-call-words.ts'
import { FormFieldView } from './form-field-view.tsx'
import { schemaToFields, valuesToContent, type FieldValue } from './form-fields.ts'
import { QuestionFrame } from './question-frame.tsx'
import { useResponse } from './use-response.ts'
import '../../../../i18n/later-english.ts'

export interface FormCardProps {
  readonly messageId: Id
  readonly call: ToolCallPart
  readonly form: ToolForm
}

/** A question of a tool in the middle of its call. It says who asks: the text is that of another server. */
export function FormCard({ messageId, call, form }: FormCardProps) {
  const text = useText()
  const { isBusy, problem, send } = useResponse(messageId, call.callId)
  const fields = useMemo(() => schemaToFields(form.schema), [form])
  const [values, setValues] = useState<Readonly<Record<string, FieldValue>>>({})
  const { action, server } = toolCallToWords(call, text)
  return (
    <QuestionFrame
      icon={MessageCircleQuestionMark}
      kind={text('decision.form', { server: server ?? text('decision.the-server'), action })}
      question={form.message}
      callId={call.callId}
      testId="tool-form"
      problem={problem}
    >
      <form
        className="mt-3 space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          send({ type: 'answer', content: valuesToContent(fields, values) })
        }}
      >
        {fields.map((field) => (
          <FormFieldView
            key={field.name}
            field={field}
            value={values[field.name] ?? field.initial}
            onValue={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        <p className="text-xs text-faint">{text('decision.form.about')}</p>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="accent" disabled={isBusy} data-testid="form-send">
            {text('decision.form.send')}
          </Button>
          <Button disabled={isBusy} onClick={() => send({ type: 'answer', content: null })} data-testid="form-decline">
            {text('decision.form.decline')}
          </Button>
        </div>
      </form>
    </QuestionFrame>
  )
}
