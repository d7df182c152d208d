import type { Message } from '@holdfast/shared'
import { use, useId, useLayoutEffect, useMemo, useRef } from 'react'
import { MessageFiles } from './message-files.tsx'
import { useText } from '../../../i18n/use-text.ts'
import { countLongLines, shownLines } from '../model/long-question.ts'
import { ReaderContext } from '../model/reader-context.ts'
import { useRememberedToggle } from '../../../lib/use-remembered-toggle.ts'

export interface QuestionTextProps {
  readonly message: Message
  /** A link or a search targets the content of the message. */
  readonly isSought: boolean
}

/** A question as it was written. A long one is collapsed to its first lines until it is opened or searched. */
export function QuestionText({ message, isSought }: QuestionTextProps) {
  const { id, content, parts } = message
  const files = parts.filter((part) => part.type === 'file')
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
      {files.length > 0 && <MessageFiles files={files} className={content === '' ? '' : 'mb-2'} />}
      <p
        id={contentId}
        // A message of files alone keeps its place for searching and linking, without a line of its own.
        hidden={content === ''}
        style={isCut ? { maxHeight: `${shownLines}lh` } : undefined}
        className={`leading-relaxed wrap-anywhere whitespace-pre-wrap ${isCut ? 'cut overflow-hidden' : ''}`}
        dir="auto"
        data-testid="message-content"
        data-part="message-content"
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
            // Collapsing moves other content into sight: show the question itself instead.
            if (isOpen) reader.showMessage(id)
          }}
          className="mt-1.5 -ml-1 rounded-sm px-1 text-[0.8125rem] font-medium text-accent-strong hover:underline touch:min-h-11"
          data-testid="show-all"
        >
          {isCut ? text('message.lines.show-all', { count: lines }) : text('message.lines.show-less')}
        </button>
      )}
    </>
  )
}
