import type { Message } from '@holdfast/shared'
import { use, useId, useLayoutEffect, useMemo, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { countLongLines, shownLines } from './long-question.ts'
import { ReaderContext } from './reader-context.ts'
import { useRememberedToggle } from './use-remembered-toggle.ts'

export interface QuestionTextProps {
  readonly message: Message
  /** Somebody came to see something in it. */
  readonly isSought: boolean
}

/** What a person wrote, as it was written; a long one in its first lines, until it is opened or something in it is looked for. */
export function QuestionText({ message: { id, content }, isSought }: QuestionTextProps) {
  const text = useText()
  const contentId = useId()
  const reader = use(ReaderContext)
  const lines = useMemo(() => countLongLines(content), [content])
  const [isOpen, toggle] = useRememberedToggle(`question-${id}`)
  const wasSought = useRef(false)
  useLayoutEffect(() => {
    if (isSought && !wasSought.current && !isOpen) toggle()
    wasSought.current = isSought
  }, [isSought, isOpen, toggle])
  const isCut = lines !== null && !isOpen
  return (
    <>
      <p
        id={contentId}
        style={isCut ? { maxHeight: `${shownLines}lh` } : undefined}
        className={`leading-relaxed wrap-anywhere whitespace-pre-wrap ${isCut ? 'cut overflow-hidden' : ''}`}
        dir="auto"
        data-testid="message-content"
      >
        {content}
      </p>
      {lines !== null && (
        <button
          type="button"
          aria-expanded={!isCut}
          aria-controls={contentId}
          onClick={() => {
            reader.letGo()
            toggle()
            // What was below its end would be in sight then, and nobody knows what it is.
            if (isOpen) reader.showMessage(id)
          }}
          className="mt-1.5 -ml-1 rounded-sm px-1 text-[0.8125rem] font-medium text-accent-strong hover:underline touch:min-h-11"
          data-testid="show-all"
        >
          {isCut ? text('question.show-all', { count: lines }) : text('question.show-less')}
        </button>
      )}
    </>
  )
}
