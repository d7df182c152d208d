import '../../i18n/later-english.ts'
import { maxRecordingBytes, type Id } from '@holdfast/shared'
import { Mic, MicOff, Square } from 'lucide-react'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { createPortal } from 'react-dom'
import type { TextId } from '../../i18n/english/index.ts'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { trpc } from '../../react/trpc-react.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { download } from '../../ui/download.ts'
import { formatDateTime } from '../../ui/format-time.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useToast } from '../../ui/toasts.tsx'
import {
  canRecordBeside,
  hasBrowserRecogniser,
  startBrowserRecogniser,
  type BrowserRecogniser,
} from './dictation/browser-recogniser.ts'
import type { Heard } from './dictation/create-dictation.ts'
import { RecordingRow } from './dictation/recording-row.tsx'
import type { Recording } from './dictation/recording.ts'
import { useDictation } from './dictation/use-dictation.ts'
import { useWords } from './dictation/use-words.ts'
import { announceDictation } from './service/voice-in-use.ts'

export interface DictationPartProps {
  readonly userId: string
  /** Null: the conversation does not exist yet. */
  readonly conversationId: Id | null
  readonly inputRef: RefObject<HTMLTextAreaElement | null>
  /** Makes what is in the message box the draft, and keeps it on the device. */
  readonly keep: (typed: string) => void
  /** Where the recordings are shown. */
  readonly panel: HTMLElement | null
  /** Called when the message was sent. */
  readonly onSentRef: RefObject<(() => void) | null>
}

/** `server`: recorded, kept, and transcribed by the server. The others say why there is no dictation. */
type Engine = 'server' | 'browser' | 'none' | 'insecure' | 'unable'

const noRecordings = createValueStore<readonly Recording[]>([])
const extensions: readonly (readonly [pattern: RegExp, extension: string])[] = [
  [/webm/u, 'webm'],
  [/ogg/u, 'ogg'],
  [/mp4/u, 'm4a'],
]

/** The button that dictates, and the recordings above the message box. */
export function DictationPart(props: DictationPartProps) {
  const { userId, conversationId, inputRef, panel, onSentRef } = props
  const text = useText()
  const toast = useToast()
  const { say, warn } = useAnnouncer()
  const info = trpc.system.info.useQuery().data
  const insert = useWords(props)
  const onText = (words: string, replaces: string | null) => {
    insert(words, replaces)
    say(text('dictation.inserted'))
  }
  const transcription = info?.voice.transcription ?? null
  const maxBytes = transcription?.maxBytes ?? maxRecordingBytes
  const dictation = useDictation({ userId, conversationId, maxBytes, onText })
  const recordings = useStore(dictation ?? noRecordings)
  const [recogniser, setRecogniser] = useState<BrowserRecogniser | null>(null)
  const engine = findEngine(info === undefined ? null : transcription !== null)
  const isRecording = recogniser !== null || recordings.some(({ state }) => state === 'recording')
  useEffect(() => {
    onSentRef.current = () => dictation?.forgetDone()
    return () => {
      onSentRef.current = null
    }
  }, [dictation, onSentRef])
  useEffect(() => () => recogniser?.stop(), [recogniser])
  useWarnings(recordings, (recording) => warn(recording.error || text('dictation.failed.unknown')))

  const complain = (id: TextId) => toast({ tone: 'danger', text: text(id) })
  const start = async () => {
    announceDictation()
    if (engine === 'browser') {
      const heard = Promise.withResolvers<Heard>()
      const words: string[] = []
      const started = startBrowserRecogniser({
        onText: (more) => {
          words.push(more)
          onText(more, null)
        },
        onEnd: (error) => {
          setRecogniser(null)
          dictation?.stop()
          heard.resolve({ text: words.join(' '), error: error === null ? null : text(recogniserErrorToText(error)) })
          say(text('dictation.recording.stopped'))
          if (error !== null) complain(recogniserErrorToText(error))
        },
      })
      setRecogniser(started)
      // A recogniser may fail after a minute of speech, and miss words: what was said is kept. Where it cannot be, the words still come.
      if (canRecordBeside()) await dictation?.start(heard.promise).catch(() => undefined)
    } else await dictation?.start()
    say(text('dictation.recording.started'))
  }
  const stop = () => {
    if (recogniser) return recogniser.stop()
    dictation?.stop()
    say(text('dictation.recording.stopped'))
  }
  const discard = (id: Id) => {
    dictation?.discard(id)
    inputRef.current?.focus()
  }
  const save = ({ id, startedAt, mediaType }: Recording) => {
    const blob = dictation?.readBlob(id)
    const extension = extensions.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'audio'
    const when = formatDateTime(new Date(startedAt).toISOString(), locale)
    if (blob) download(blob, `${text('dictation.file-name')} ${when}.${extension}`.replaceAll(/[/:]/gu, '-'))
  }
  const isOff = engine === 'none' || engine === 'insecure' || engine === 'unable'
  const label = text(isRecording ? 'dictation.stop' : isOff ? `dictation.${engine}` : 'dictation.start')
  const Icon = isRecording ? Square : isOff ? MicOff : Mic
  return (
    <>
      <IconButton
        label={label}
        aria-disabled={isOff || undefined}
        data-recording={isRecording || undefined}
        className={`size-8 ${isRecording ? 'text-danger-ink' : ''} ${isOff ? 'opacity-50' : ''}`}
        data-testid="dictate"
        data-engine={engine}
        onClick={() => {
          if (isOff) toast({ text: label })
          else if (isRecording) stop()
          else start().catch((error: unknown) => complain(microphoneErrorToText(error)))
        }}
      >
        <Icon size={isRecording ? 13 : 16} fill={isRecording ? 'currentColor' : 'none'} aria-hidden />
      </IconButton>
      {panel &&
        (recordings.length > 0 || recogniser !== null) &&
        createPortal(
          <div className="p-2 pb-0" data-testid="recordings">
            <ul className="max-h-[30dvh] space-y-1.5 overflow-y-auto" aria-label={text('dictation.panel')}>
              {recogniser && !recordings.some(({ state }) => state === 'recording') && (
                <li className="flex min-h-9 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-sm text-soft">
                  {text('dictation.listening')}
                </li>
              )}
              {recordings.map((recording) => (
                <RecordingRow
                  key={recording.id}
                  recording={recording}
                  models={transcription?.models ?? null}
                  onStop={stop}
                  onAgain={(model) => dictation?.transcribeAgain(recording.id, model)}
                  onDownload={() => save(recording)}
                  onDiscard={() => discard(recording.id)}
                />
              ))}
            </ul>
            {recordings.some(({ isKept }) => !isKept) && (
              <p className="mt-1.5 px-1 text-xs text-warm-ink" role="status">
                {text('dictation.not-kept')}
              </p>
            )}
          </div>,
          panel,
        )}
    </>
  )
}

/** @param isOnServer null: the server has not answered, which a recording can wait for */
function findEngine(isOnServer: boolean | null): Engine {
  if (isOnServer !== false) {
    // Outside secure contexts there is no such property, whatever its type says.
    const devices: MediaDevices | undefined = navigator.mediaDevices
    if (!globalThis.isSecureContext) return 'insecure'
    if (devices !== undefined && typeof MediaRecorder !== 'undefined') return 'server'
  }
  if (hasBrowserRecogniser()) return 'browser'
  return isOnServer === false ? 'none' : 'unable'
}

function microphoneErrorToText(error: unknown): TextId {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'dictation.failed.denied'
  return name === 'NotFoundError' ? 'dictation.failed.no-microphone' : 'dictation.failed.recorder'
}

function recogniserErrorToText(error: string): TextId {
  if (error === 'not-allowed' || error === 'service-not-allowed') return 'dictation.failed.denied'
  return error === 'audio-capture' ? 'dictation.failed.no-microphone' : 'dictation.failed.recogniser'
}

/** Calls back once for each recording that fails. */
function useWarnings(recordings: readonly Recording[], onFailed: (recording: Recording) => void): void {
  const before = useRef(recordings)
  useEffect(() => {
    for (const recording of recordings) {
      const old = before.current.find(({ id }) => id === recording.id)
      if (recording.state === 'failed' && old?.state === 'transcribing') onFailed(recording)
    }
    before.current = recordings
  })
}
