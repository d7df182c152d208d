import '../../i18n/later-english.ts'
import { isActive, type Id, type Message } from '@holdfast/shared'
import { ChevronLeft, ChevronRight, Pause, Play, X } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useText, type Text } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import type * as Markdown from '../../markdown/markdown-impl.tsx'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Select } from '../../ui/select.tsx'
import { createBrowserSpeaker } from './reading/browser-speaker.ts'
import { createReader, type Reader, type ReaderSource, type ReaderState } from './reading/create-reader.ts'
import { readingSpeed, readingSpeeds } from './reading/reading-speed.ts'
import { createServerSpeaker } from './reading/server-speaker.ts'
import { findSelected, useParagraphMarks } from './reading/use-paragraph-marks.ts'
import { onDictation } from './service/voice-in-use.ts'

type SpokenModule = Pick<typeof Markdown, 'markdownToSpoken'>

export interface ReadAloudPartProps {
  /** A new object each time somebody asks. */
  readonly target: { readonly messageId: Id }
  /** The open conversation. */
  readonly store: {
    readonly getState: () => { readonly messages: readonly Message[] }
    readonly subscribe: (listener: () => void) => () => void
  }
  readonly onClose: () => void
}

/** Reads an answer aloud, and shows what can be done meanwhile. It ends when a person writes or dictates. */
export function ReadAloudPart(props: ReadAloudPartProps) {
  const [spoken, setSpoken] = useState<SpokenModule | null>(null)
  const info = trpc.system.info.useQuery().data
  useEffect(() => {
    let isCurrent = true
    // The thread has loaded it.
    void import('../../markdown/markdown-impl.tsx').then((module) => isCurrent && setSpoken(module))
    return () => {
      isCurrent = false
    }
  }, [])
  const { onClose } = props
  useWriting(onClose)
  if (!spoken || !info) return null
  return <Reading key={props.target.messageId} {...props} spoken={spoken} isByServer={info.voice.speech !== null} />
}

interface ReadingProps extends ReadAloudPartProps {
  readonly spoken: SpokenModule
  readonly isByServer: boolean
}

function Reading({ target, store, onClose, spoken, isByServer }: ReadingProps) {
  const { messageId } = target
  const text = useText()
  const { warn } = useAnnouncer()
  const { request } = useClient()
  const bar = useRef<HTMLElement>(null)
  const main = useRef<HTMLButtonElement>(null)
  const source = useMemo(
    () => createSource({ store, messageId, spoken, codeWords: text('reading.code') }),
    [store, messageId, spoken, text],
  )
  const [reader, setReader] = useState<Reader | null>(null)
  useEffect(() => {
    const speaker = isByServer ? createServerSpeaker(request) : createBrowserSpeaker()
    const opened = createReader({
      source,
      speaker,
      speed: Number(readingSpeed.get()),
      from: findSelected(messageId, source.shown()),
    })
    // oxlint-disable-next-line react/set-state-in-effect -- it speaks, which an effect has to end
    setReader(opened)
    main.current?.focus()
    return () => opened.close()
    // The same answer is asked for again: it begins again.
  }, [source, isByServer, request, messageId, target])
  const state = useReader(reader)
  const speed = useStore(readingSpeed)
  useParagraphMarks({
    messageId,
    paragraphs: source.shown(),
    current: state.status === 'reading' || state.status === 'paused' ? state.paragraph : null,
    onChoose: (paragraph) => reader?.goTo(paragraph),
  })
  const words = stateToWords(state, text)
  const complain = useEffectEvent(() => warn(words))
  useEffect(() => {
    if (state.status === 'failed') complain()
  }, [state.status])
  const close = () => {
    const hadFocus = bar.current?.contains(document.activeElement) ?? false
    onClose()
    if (hadFocus) document.querySelector<HTMLElement>('[data-composer]')?.focus()
  }
  const onEscape = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    // Elsewhere the key stops the answer.
    event.stopPropagation()
    close()
  })
  useEffect(() => {
    const element = bar.current
    const listen = (event: KeyboardEvent) => onEscape(event)
    element?.addEventListener('keydown', listen)
    return () => element?.removeEventListener('keydown', listen)
  }, [])
  const isSpeaking = state.status === 'reading' || state.status === 'waiting'
  const resume = text(state.status === 'done' ? 'reading.again' : 'reading.resume')
  const last = state.count - 1
  return (
    <section
      ref={bar}
      aria-label={text('reading.label')}
      className="flex flex-wrap items-center gap-x-1 rounded-lg border border-line-strong/70 bg-raised px-1.5 py-1 text-sm"
      data-testid="reading"
      data-status={state.status}
      data-paragraph={state.paragraph + 1}
    >
      <IconButton
        label={text('reading.previous')}
        size="small"
        aria-disabled={state.paragraph === 0}
        onClick={() => reader?.goTo(state.paragraph - 1)}
        data-testid="reading-previous"
      >
        <ChevronLeft size={16} aria-hidden />
      </IconButton>
      <IconButton
        ref={main}
        label={isSpeaking ? text('reading.pause') : resume}
        size="small"
        onClick={() => (isSpeaking ? reader?.pause() : reader?.resume())}
        data-testid="reading-toggle"
      >
        {isSpeaking ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      </IconButton>
      <IconButton
        label={text('reading.next')}
        size="small"
        aria-disabled={state.paragraph >= last}
        onClick={() => reader?.goTo(state.paragraph + 1)}
        data-testid="reading-next"
      >
        <ChevronRight size={16} aria-hidden />
      </IconButton>
      <p
        className={`min-w-28 flex-1 px-1.5 tabular-nums ${state.status === 'failed' ? 'text-danger-ink' : 'text-soft'}`}
        title={text('reading.about')}
      >
        {words}
      </p>
      <Select
        label={text('reading.speed')}
        value={speed}
        onValue={(value) => {
          const chosen = readingSpeeds.find((each) => each === value) ?? '1'
          readingSpeed.set(chosen)
          reader?.setSpeed(Number(chosen))
        }}
        testId="reading-speed"
      >
        {readingSpeeds.map((value) => (
          <option key={value} value={value}>
            {text('reading.speed.value', { speed: value })}
          </option>
        ))}
      </Select>
      <IconButton label={text('reading.stop')} size="small" onClick={close} data-testid="reading-stop">
        <X size={15} aria-hidden />
      </IconButton>
    </section>
  )
}

const beginning: ReaderState = { status: 'reading', paragraph: 0, count: 0, error: null }
const notYet = { get: () => beginning, subscribe: () => () => undefined }

function useReader(reader: Reader | null): ReaderState {
  return useStore(reader ?? notYet)
}

function stateToWords({ status, paragraph, count, error }: ReaderState, text: Text): string {
  switch (status) {
    case 'failed':
      return error?.reason === 'no-voices' ? text('reading.no-voices') : error?.message || text('reading.failed')
    case 'done':
      return text(count === 0 ? 'reading.nothing' : 'reading.done')
    case 'waiting':
      return text('reading.waiting')
    case 'paused':
      return `${text('reading.paused')} · ${text('reading.position', { index: paragraph + 1, count })}`
    case 'reading':
      return text('reading.position', { index: paragraph + 1, count: Math.max(count, paragraph + 1) })
  }
}

interface AnswerSource extends ReaderSource {
  /** The paragraphs as they are on the screen. */
  readonly shown: () => readonly string[]
}

/** The paragraphs of an answer, which are parsed again only when its text has changed. */
function createSource(options: {
  readonly store: ReadAloudPartProps['store']
  readonly messageId: Id
  readonly spoken: SpokenModule
  readonly codeWords: string
}): AnswerSource {
  const { store, messageId, spoken, codeWords } = options
  let known: { readonly content: string; readonly shown: readonly string[]; readonly read: readonly string[] } | null = null
  const find = () => store.getState().messages.find(({ id }) => id === messageId)
  const parse = () => {
    // A branch without the answer: what was read of it stays.
    const content = find()?.content ?? known?.content ?? ''
    if (known?.content !== content) {
      const paragraphs = (find()?.parts ?? []).flatMap((part) => (part.type === 'text' ? spoken.markdownToSpoken(part.text) : []))
      known = {
        content,
        shown: paragraphs.map((paragraph) => paragraph.text),
        read: paragraphs.map((paragraph) => (paragraph.kind === 'code' ? codeWords : paragraph.text)),
      }
    }
    return known
  }
  return {
    shown: () => parse().shown,
    read: () => {
      const message = find()
      return { paragraphs: parse().read, isGrowing: message !== undefined && isActive(message.status) }
    },
    subscribe: store.subscribe,
  }
}

/** Calls back when a person begins to write or to dictate. */
function useWriting(onWriting: () => void): void {
  const end = useEffectEvent(onWriting)
  useEffect(() => {
    const onInput = ({ target }: Event) => {
      if (target instanceof Element && target.closest('textarea, input:not([type]), input[type=text]')) end()
    }
    document.addEventListener('input', onInput)
    const forget = onDictation(() => end())
    return () => {
      document.removeEventListener('input', onInput)
      forget()
    }
  }, [])
}
