import type { ToolCallPart } from '@holdfast/shared'
import { Undo2 } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { JsonView } from '../../../ui/json-view.tsx'

/** The arguments and the result of a call. `onUndo`: it changed the plans, and that can be undone. */
export function ToolCallDetails({ call, onUndo }: { readonly call: ToolCallPart; readonly onUndo?: (() => void) | undefined }) {
  const text = useText()
  return (
    <div className="space-y-3">
      <JsonView label={text('tool.args')} value={call.args} />
      {call.result !== undefined && <JsonView label={text('tool.result')} value={call.result} />}
      {call.error !== undefined && <JsonView label={text('tool.error')} value={call.error} />}
      <p className="text-xs text-faint">
        {text('tool.name')} <span className="font-mono">{call.name}</span>
      </p>
      {onUndo && (
        <Button size="small" onClick={onUndo} data-testid="undo-plans">
          <Undo2 size={14} aria-hidden />
          {text('message.undo-plans')}
        </Button>
      )}
    </div>
  )
}
