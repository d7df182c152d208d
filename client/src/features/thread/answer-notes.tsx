import type { GenerationNote } from '@holdfast/shared'
import { Scissors, TriangleAlert } from 'lucide-react'
import { useText, type Text } from '../../i18n/use-text.ts'
import { formatShortCount, formatWindow } from '../../ui/format-amount.ts'

/** What a reader should know about how an answer came about: quiet lines below it. */
export function AnswerNotes({ notes = [] }: { readonly notes: readonly GenerationNote[] | undefined }) {
  const text = useText()
  if (notes.length === 0) return null
  return (
    <ul className="mt-2 space-y-1 text-[0.8125rem]" data-testid="answer-notes">
      {notes.map((note) => {
        const isWarning = note.kind === 'prompt-cut'
        const Icon = isWarning ? TriangleAlert : Scissors
        return (
          <li key={note.kind} className={`flex gap-2 ${isWarning ? 'text-warm-ink' : 'text-faint'}`} data-kind={note.kind}>
            <Icon size={14} aria-hidden className="mt-[0.2rem] shrink-0" />
            <span>{noteToSentence(note, text)}</span>
          </li>
        )
      })}
    </ul>
  )
}

function noteToSentence(note: GenerationNote, text: Text): string {
  switch (note.kind) {
    case 'turns-left-out': {
      const { count, contextWindow } = note
      return contextWindow === null
        ? text('note.turns-left-out', { count })
        : text('note.turns-left-out.window', { count, size: formatWindow(contextWindow, 'en') })
    }
    case 'prompt-cut':
      return text('note.prompt-cut', {
        read: formatShortCount(note.readTokens, 'en'),
        sent: formatShortCount(note.sentTokens, 'en'),
      })
  }
}
