import type { ToolCallPart, ToolCallState } from '@holdfast/shared'
import { Ban, Check, ChevronRight, CircleAlert, CircleHelp, Clock, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { formatDuration } from '../../ui/format-time.ts'

const icons: Readonly<Record<ToolCallState, ReactNode>> = {
  pending: <Clock size={14} aria-hidden className="text-faint" />,
  waiting: <Clock size={14} aria-hidden className="text-warm-ink" />,
  running: <LoaderCircle size={14} aria-hidden className="animate-spin text-accent" />,
  done: <Check size={14} aria-hidden className="text-accent" />,
  failed: <CircleAlert size={14} aria-hidden className="text-danger-ink" />,
  denied: <Ban size={14} aria-hidden className="text-faint" />,
  unknown: <CircleHelp size={14} aria-hidden className="text-warm-ink" />,
}

/** One call of a tool in a line: which, how it went, how long it took. Opened, what went in and what came out. */
export function ToolCallCard({ call }: { readonly call: ToolCallPart }) {
  const text = useText()
  return (
    <details
      className="group/call rounded-md border border-line bg-raised text-sm"
      data-testid="tool-call"
      data-state={call.state}
      data-call-id={call.callId}
    >
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-md px-3 py-2 hover:bg-hover/60">
        {icons[call.state]}
        <span className="truncate font-mono text-[0.8125rem]">{call.name}</span>
        <span className={`text-xs ${call.state === 'failed' ? 'text-danger-ink' : 'text-faint'}`}>{text(`tool.${call.state}`)}</span>
        {call.error !== undefined && <span className="truncate text-xs text-danger-ink">{call.error}</span>}
        <span className="ml-auto shrink-0 text-xs text-faint tabular-nums">
          {call.durationMs !== undefined && formatDuration(call.durationMs, 'en')}
        </span>
        <ChevronRight size={14} aria-hidden className="shrink-0 text-faint transition-transform duration-150 group-open/call:rotate-90" />
      </summary>
      <div className="space-y-2 border-t border-line px-3 py-2.5">
        <Values label={text('tool.args')} value={call.args} />
        {call.result !== undefined && <Values label={text('tool.result')} value={call.result} />}
        {call.error !== undefined && <Values label={text('tool.error')} value={call.error} />}
      </div>
    </details>
  )
}

function Values({ label, value }: { readonly label: string; readonly value: unknown }) {
  return (
    <div>
      <div className="mb-1 text-xs text-faint">{label}</div>
      <pre className="max-h-72 overflow-auto rounded-sm bg-code px-2.5 py-2 font-mono text-[0.78rem] leading-relaxed whitespace-pre-wrap" tabIndex={0}>
        {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
      </pre>
    </div>
  )
}
