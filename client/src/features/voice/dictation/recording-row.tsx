import { AudioLines, CircleAlert, Download, RotateCcw, Square, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { formatDateTime } from '../../../ui/format-time.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { formatLength } from './format-length.ts'
import type { Recording } from './recording.ts'

export interface RecordingRowProps {
  readonly recording: Recording
  /** The models of the server that can hear it; the first is the default. Null: it has none. */
  readonly models: readonly string[] | null
  readonly onStop: () => void
  readonly onAgain: (model?: string) => void
  readonly onDownload: () => void
  readonly onDiscard: () => void
}

/** A recording: how long it is, how far it has come, and what can be done with it. */
export function RecordingRow(props: RecordingRowProps) {
  const { recording, models, onStop, onAgain, onDownload, onDiscard } = props
  const text = useText()
  const { state, startedAt, durationMs } = recording
  const isRecording = state === 'recording'
  const isOver = state === 'done' || state === 'failed'
  const again = text(state === 'failed' ? 'dictation.try-again' : 'dictation.again')
  const Icon = state === 'failed' ? CircleAlert : AudioLines
  return (
    <li
      className={`flex min-h-9 flex-wrap items-center gap-x-2 rounded-md border bg-sunken py-0.5 pr-1 pl-2.5 text-sm ${state === 'failed' ? 'border-danger/50' : 'border-line'}`}
      aria-label={text('dictation.of', { when: formatDateTime(new Date(startedAt).toISOString(), locale) })}
      data-testid="recording"
      data-state={state}
    >
      {isRecording ? (
        <span
          aria-hidden
          className="system-colour size-2.5 shrink-0 animate-pulse rounded-full bg-danger motion-reduce:animate-none"
        />
      ) : (
        <Icon size={15} aria-hidden className="shrink-0 text-faint" />
      )}
      <span className="shrink-0 tabular-nums">
        {isRecording ? <RunningLength startedAt={startedAt} /> : formatLength(durationMs)}
      </span>
      <span className={`min-w-40 flex-1 py-1 ${state === 'failed' ? 'wrap-anywhere text-danger-ink' : 'text-soft'}`}>
        {recordingToWords(recording, text)}
      </span>
      <span className="ml-auto flex items-center">
        {isRecording && (
          <IconButton label={text('dictation.stop')} size="small" onClick={onStop} data-testid="recording-stop">
            <Square size={12} fill="currentColor" aria-hidden />
          </IconButton>
        )}
        {isOver &&
          models !== null &&
          (models.length > 1 ? (
            <Menu
              label={again}
              icon={<RotateCcw size={14} aria-hidden />}
              className="grid size-7 shrink-0 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
              items={models.map((model) => ({
                label: text('dictation.again.with', { model }),
                onSelect: () => onAgain(model),
              }))}
            />
          ) : (
            <IconButton label={again} size="small" onClick={() => onAgain()} data-testid="recording-again">
              <RotateCcw size={14} aria-hidden />
            </IconButton>
          ))}
        {!isRecording && (
          <IconButton label={text('dictation.download')} size="small" onClick={onDownload} data-testid="recording-download">
            <Download size={14} aria-hidden />
          </IconButton>
        )}
        <IconButton
          label={text(isRecording ? 'dictation.discard.now' : 'dictation.discard')}
          size="small"
          onClick={onDiscard}
          data-testid="recording-discard"
        >
          <Trash2 size={14} aria-hidden />
        </IconButton>
      </span>
    </li>
  )
}

function recordingToWords({ state, text: words, error }: Recording, text: Text): string {
  if (state === 'failed') return error === null || error === '' ? text('dictation.failed.unknown') : error
  if (state === 'recording') return text('dictation.recording')
  return text(state === 'done' && words === '' ? 'dictation.state.silent' : `dictation.state.${state}`)
}

/** The time since then, which a screen reader is not told every second. */
function RunningLength({ startedAt }: { readonly startedAt: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return formatLength(Math.max(0, now - startedAt))
}
