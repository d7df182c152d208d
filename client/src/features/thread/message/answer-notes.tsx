import '../../../i18n/later-english.ts'
import type { GenerationNote } from '@holdfast/shared'
import { CornerDownRight, Scissors, TriangleAlert } from 'lucide-react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { formatShortCount, formatWindow } from '../../../ui/format-amount.ts'

/** Notes about errors or skipped work; the other notes only explain. */
const warningKinds: ReadonlySet<string> = new Set([
  'prompt-cut',
  'tools-refused',
  'parameters-refused',
  'tool-call-as-text',
  'pictures-not-kept',
])

const goesOnKinds: ReadonlySet<string> = new Set(['resumed', 'written-by'])

export interface AnswerNotesProps {
  readonly notes: readonly GenerationNote[]
}

/** Notes below an answer about how it was generated. */
export function AnswerNotes({ notes }: AnswerNotesProps) {
  const text = useText()
  return (
    <ul className="mt-2 space-y-1 text-[0.8125rem]" data-testid="answer-notes">
      {notes.map((note) => {
        const sentence = noteToSentence(note, text)
        // This kind was added by a newer server.
        if (sentence === null) return null
        const isWarning = warningKinds.has(note.kind)
        const Icon = isWarning ? TriangleAlert : goesOnKinds.has(note.kind) ? CornerDownRight : Scissors
        return (
          <li key={note.kind} className={`flex gap-2 ${isWarning ? 'text-warm-ink' : 'text-faint'}`} data-kind={note.kind}>
            <Icon size={14} aria-hidden className="mt-[0.2rem] shrink-0" />
            <span>{sentence}</span>
          </li>
        )
      })}
    </ul>
  )
}

function noteToSentence(note: GenerationNote, text: Text): string | null {
  switch (note.kind) {
    case 'turns-left-out': {
      const { count, contextWindow, assumedWindow, isTooLong = false } = note
      if (isTooLong) return text('note.turns-omitted.length', { count })
      if (contextWindow !== null) return text('note.turns-omitted.window', { count, size: formatWindow(contextWindow, locale) })
      return assumedWindow === undefined
        ? text('note.turns-omitted', { count })
        : text('note.turns-omitted.unknown', { count, size: formatWindow(assumedWindow, locale) })
    }
    case 'prompt-cut':
      return text('note.prompt-truncated', {
        read: formatShortCount(note.readTokens, locale),
        sent: formatShortCount(note.sentTokens, locale),
      })
    case 'tools-refused': {
      const { offered, refused } = note
      return refused < offered ? text('note.tools-refused.some', { offered, refused }) : text('note.tools-refused')
    }
    case 'parameters-refused': {
      const { model, parameters } = note
      const named = parameters.map(({ name, value }) => text(`note.parameter.${name}`, { value }))
      return text('note.parameters-refused', {
        model,
        parameters: new Intl.ListFormat(locale).format(named),
        count: parameters.length,
      })
    }
    case 'tool-call-as-text':
      return text('note.tool-call-as-text')
    case 'results-cut':
      return text('note.results-cut', { count: note.count })
    case 'files-cut':
      return text('note.files-cut', { count: note.files.length, names: namesOf(note.files) })
    case 'files-unseen':
      return text('note.files-unseen', { count: note.files.length, names: namesOf(note.files) })
    case 'pictures-not-kept': {
      const reasons = [...new Set(note.pictures.map(({ reason }) => reason))]
      return text('note.pictures-not-kept', { count: note.pictures.length, reasons: reasons.join(' ') })
    }
    case 'cut-at-limit':
      return note.outputTokens === null
        ? text('note.cut-at-limit')
        : text('note.cut-at-limit.tokens', { size: formatShortCount(note.outputTokens, locale) })
    case 'stopped-after-steps':
      return text('note.stopped-after-steps', { steps: note.steps })
    case 'resumed':
      return text(note.cause === 'server' ? 'note.resumed.server' : 'note.resumed.provider')
    case 'written-by': {
      const [first, ...others] = note.writers
      if (first && others.length === 0) return text('note.answered-by', { name: toWriterName(first) })
      return text('note.continued-by', { names: new Intl.ListFormat(locale).format(others.map(toWriterName)) })
    }
    default:
      note satisfies never
      return null
  }
}

function toWriterName({ name, provider }: { readonly name: string; readonly provider: string }): string {
  return provider === '' ? name : `${name} (${provider})`
}

function namesOf(files: readonly { readonly name: string }[]): string {
  return new Intl.ListFormat(locale).format(files.map(({ name }) => name))
}
