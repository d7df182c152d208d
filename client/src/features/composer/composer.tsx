import { codePointLength, isBlank, maxContentLength, type Id } from '@holdfast/shared'
import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useMemo, useRef, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { sendKey } from '../../preferences/preferences.ts'
import { shortcutAria, withHint } from '../../shortcuts/hint.ts'
import { GrowingTextArea } from '../../ui/growing-text-area.tsx'
import { hasTouchKeyboard } from '../../ui/has-touch-keyboard.ts'
import { useStore } from '../../use-store.ts'
import { PastedChip } from './pasted-chip.tsx'
import { contentToWritten, maxInlinePasteLength, writtenToContent, type Written } from './pasted-text.ts'
import { useDraft } from './use-draft.ts'

export interface ComposerProps {
  readonly userId: string | null
  /** Null: the conversation does not exist yet. */
  readonly conversationId: Id | null
  /** The server knows the conversation, so it can keep the draft. */
  readonly isOnServer: boolean
  readonly isRunning: boolean
  readonly isStopping: boolean
  /** Which model answers. */
  readonly modelPicker: ReactNode
  readonly onSend: (content: string) => void
  readonly onStop: () => void
  /** A text to go on with, e.g. one that was taken back; a new object each time. */
  readonly insertion: { readonly content: string } | null
}

/** Where a person writes. It is never closed: what is sent while an answer runs waits for its turn. */
export function Composer(props: ComposerProps) {
  const { conversationId, isRunning, insertion, onSend, onStop } = props
  const text = useText()
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const { content, setContent } = useDraft(props.userId, conversationId, props.isOnServer)
  const { typed, pasted } = useMemo(() => contentToWritten(content), [content])
  const write = (written: Partial<Written>) => setContent(writtenToContent({ typed, pasted, ...written }))
  const length = content.length > maxContentLength * 0.9 ? codePointLength(content) : 0
  const isTooLong = length > maxContentLength
  const isSendable = !isBlank(content) && !isTooLong

  const send = () => {
    if (!isSendable) return
    onSend(content)
    setContent('')
    inputRef.current?.focus()
  }

  useFocusOnOpen(inputRef, conversationId)
  const content_ = useRef(content)
  content_.current = content
  useEffect(() => {
    if (!insertion) return
    const before = content_.current
    const next = before.trim() === '' ? insertion.content : `${insertion.content}\n\n${before}`
    setContent(next, { isKept: true })
    inputRef.current?.focus()
  }, [insertion, setContent])

  return (
    <form
      className="rounded-lg border border-line-strong/70 bg-raised shadow-[0_1px_3px_oklch(0.25_0.02_200/0.06)] transition-[border-color,box-shadow] duration-150 focus-within:border-accent/60 focus-within:ring-3 focus-within:ring-accent/12"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onPointerDown={(event) => {
        // The whole card is the field.
        if (event.target === event.currentTarget) inputRef.current?.focus()
      }}
    >
      {pasted.length > 0 && (
        <ul className="space-y-1.5 p-2 pb-0" aria-label={text('composer.pasted.list')}>
          {pasted.map((piece, index) => {
            const others = pasted.filter((_, other) => other !== index)
            const go = (written: Partial<Written>) => {
              write({ pasted: others, ...written })
              inputRef.current?.focus()
            }
            return (
              <PastedChip
                key={`${index}-${piece.length}`}
                content={piece}
                onInline={() => go({ typed: typed === '' ? piece : `${typed}\n\n${piece}` })}
                onRemove={() => go({})}
              />
            )
          })}
        </ul>
      )}
      <GrowingTextArea
        inputRef={inputRef}
        value={typed}
        onValue={(value) => write({ typed: value })}
        onPasteText={(text, isPlain) => {
          if (isPlain || text.length <= maxInlinePasteLength) return false
          write({ pasted: [...pasted, text] })
          return true
        }}
        label={text('composer.label')}
        placeholder={text(isRunning ? 'composer.placeholder.running' : 'composer.placeholder')}
        className="block w-full px-4 pt-3 pb-1 leading-relaxed touch:pb-2"
        onSend={send}
        sendKey={useStore(sendKey)}
        isComposer
        testId="composer-input"
      />
      {isTooLong && (
        <p className="px-4 pt-1 text-xs text-danger-ink tabular-nums" role="status">
          {text('composer.length', { length, max: maxContentLength })}
          {' · '}
          {text('composer.too-long', { over: length - maxContentLength })}
        </p>
      )}
      <div className="flex items-center gap-2 p-2 pl-2.5">
        {props.modelPicker}
        <span className="ml-auto" />
        {length > 0 && !isTooLong && (
          <span className="text-xs text-faint tabular-nums" role="status">
            {text('composer.length', { length, max: maxContentLength })}
          </span>
        )}
        {isRunning && (
          <button
            type="button"
            onClick={onStop}
            disabled={props.isStopping}
            aria-label={text('composer.stop')}
            title={withHint(text('composer.stop'), 'stop')}
            aria-keyshortcuts={shortcutAria('stop')}
            data-testid="composer-stop"
            className="inline-flex h-9 items-center gap-1.5 rounded-md border border-line-strong px-3 text-sm font-medium text-ink transition-colors duration-150 hover:bg-hover disabled:opacity-50 touch:h-11"
          >
            <Square size={11} fill="currentColor" aria-hidden />
            {text(props.isStopping ? 'composer.stopping' : 'composer.stop')}
          </button>
        )}
        <button
          type="submit"
          disabled={!isSendable}
          aria-label={text(isRunning ? 'composer.queue' : 'composer.send')}
          title={text(isRunning ? 'composer.queue' : 'composer.send')}
          data-testid="composer-send"
          className="grid size-9 place-items-center rounded-md bg-accent text-accent-ink transition-colors duration-150 hover:bg-accent-strong disabled:bg-hover disabled:text-faint touch:size-11"
        >
          <ArrowUp size={18} aria-hidden />
        </button>
      </div>
    </form>
  )
}

/** Opening a conversation puts the cursor into the field, except where that would raise a keyboard over the page. */
function useFocusOnOpen(inputRef: { readonly current: HTMLTextAreaElement | null }, conversationId: Id | null) {
  useEffect(() => {
    if (hasTouchKeyboard()) return
    inputRef.current?.focus()
  }, [inputRef, conversationId])
}
