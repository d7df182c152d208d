import type { ToolCallPart } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { JsonView } from '../../../ui/json-view.tsx'
import '../../../i18n/later-english.ts'

/** The arguments and the result of a call. */
export function ToolCallDetails({ call }: { readonly call: ToolCallPart }) {
  const text = useText()
  return (
    <div className="space-y-3">
      <JsonView label={text('tool.args')} value={call.args} />
      {call.changedArgs !== undefined && <JsonView label={text('tool.args.changed')} value={call.changedArgs} />}
      {call.result !== undefined && <JsonView label={text('tool.result')} value={call.result} />}
      {call.error !== undefined && <JsonView label={text('tool.error')} value={call.error} />}
      <p className="text-xs text-faint">
        {text('tool.name')} <span className="font-mono">{call.name}</span>
      </p>
    </div>
  )
}
