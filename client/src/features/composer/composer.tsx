import { codePointLength, defaultContentLength, isBlank, maxFilesPerMessage, type Id } from '@holdfast/shared'
import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useText, type Text } from '../../i18n/use-text.ts'
import { sendKey } from '../../preferences/preferences.ts'
import { useClient } from '../../react/client-context.tsx'
import { useDraft } from '../../react/use-draft.ts'
import type { OutboxFile } from '../../sdk/outbox/outbox-item.ts'
import { shortcutAria, withHint } from '../../shortcuts/hint.ts'
import { useShortcuts } from '../../shortcuts/use-shortcuts.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { GrowingTextArea } from '../../ui/growing-text-area.tsx'
import { hasTouchKeyboard } from '../../ui/has-touch-keyboard.ts'
import { useStore } from '../../lib/use-store.ts'
import { useToast } from '../../ui/toasts.tsx'
import { AttachButton } from './attach-button.tsx'
import { attachmentsToKinds, attachmentToFile, isUseless } from './attachment.ts'
import type { AttachmentListProps } from './attachment-list.tsx'
import type { PastedChipProps } from './pasted-chip.tsx'
import {
  draftToWritten,
  maxInlinePasteLength,
  writtenToContent,
  writtenToDraft,
  type Written,
  type WrittenFile,
} from './pasted-text.ts'
import { fits, splitLongText } from './split-long-text.ts'
import type { SteerButtonProps } from './steer-button.tsx'
import { useAttachments } from './use-attachments.ts'
import { useFileDrop } from './use-file-drop.ts'

const PastedChip = lazyPart<PastedChipProps>(() => import('./pasted-chip.tsx').then((module) => module.PastedChip))
const SteerButton = lazyPart<SteerButtonProps>(() => import('./steer-button.tsx').then((module) => module.SteerButton), {
  isQuiet: true,
})
const AttachmentList = lazyPart<AttachmentListProps>(() =>
  import('./attachment-list.tsx').then((module) => module.AttachmentList),
)

/** What dictation needs of the message field. */
export interface ComposerField {
  readonly inputRef: RefObject<HTMLTextAreaElement | null>
  /** Makes what is in the field the draft, and keeps it immediately. */
  readonly keep: (typed: string) => void
  /** A place above the field. */
  readonly panel: HTMLElement | null
  /** Called when the message was sent. */
  readonly onSentRef: RefObject<(() => void) | null>
}

export interface ComposerProps {
  readonly userId: string | null
  /** Null: the conversation does not exist yet. */
  readonly conversationId: Id | null
  /** The server knows the conversation, so it can keep the draft. */
  readonly isOnServer: boolean
  readonly isRunning: boolean
  readonly isStopping: boolean
  /** What the server takes; null until it is known. Lengths in characters, sizes in bytes. */
  readonly limits: { readonly contentLength: number; readonly fileBytes: number } | null
  /** The picker for the model that answers. */
  readonly modelPicker: ReactNode
  readonly dictation: (field: ComposerField) => ReactNode
  /** A notice for a model that does not take all kinds of the attached files. */
  readonly inputNotice: (kinds: ReadonlySet<'image' | 'audio'>) => ReactNode
  readonly onSend: (content: string, files: readonly OutboxFile[]) => void
  /** Gives the running answer a remark, and resolves when the server has it: false if it does not. Null: nothing takes one. */
  readonly onSteer?: ((content: string) => Promise<boolean>) | null
  readonly onStop: () => void
  /** What to insert, e.g. a message that was taken back; a new object each time. */
  readonly insertion: { readonly content: string; readonly files?: readonly WrittenFile[] | undefined } | null
}

/** The message field. It is never disabled: what is sent while an answer is written is queued. */
export function Composer(props: ComposerProps) {
  const { conversationId, isRunning, insertion, limits, onSend, onStop } = props
  const text = useText()
  const toast = useToast()
  const client = useClient()
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const fileInputRef = useRef<HTMLInputElement>(null)
  const [panel, setPanel] = useState<HTMLElement | null>(null)
  const onSentRef = useRef<(() => void) | null>(null)
  const { content: draft, setContent } = useDraft(props.userId, conversationId, props.isOnServer)
  const written = useMemo(() => draftToWritten(draft), [draft])
  const { typed, pasted, files } = written
  const write = (changes: Partial<Written>, options?: { readonly isKept: boolean }) =>
    setContent(writtenToDraft({ ...written, ...changes }), options)
  const { attachments, add, remove } = useAttachments({
    files,
    // Their bytes are on the device: the draft that names them must be there as soon.
    onFiles: (next) => write({ files: next }, { isKept: true }),
    maxBytes: limits?.fileBytes ?? null,
  })
  const isDropping = useFileDrop(add)
  const maxLength = limits?.contentLength ?? defaultContentLength
  const content = writtenToContent(written)
  const length = content.length > maxLength * 0.9 ? codePointLength(content) : 0
  const isTooLong = length > maxLength
  const isSendable = (!isBlank(content) || files.length > 0) && !attachments.some(isUseless)

  const send = () => {
    if (!isSendable) return
    const split = splitLongText(written, maxLength)
    const over = attachments.length + split.texts.length - maxFilesPerMessage
    if (over > 0) return toast({ tone: 'danger', text: text('files.too-many', { max: maxFilesPerMessage, count: over }) })
    const texts = split.texts.map(({ text: body, isPasted }) => client.uploads.add(...toTextFile(body, isPasted, text)))
    const sent = [...attachments.map(attachmentToFile), ...texts]
    onSend(isBlank(split.content) ? '' : split.content, sent)
    setContent('')
    onSentRef.current?.()
    inputRef.current?.focus()
  }

  const chosenKey = useStore(sendKey)
  const canSteer = props.onSteer && isSendable && files.length === 0 && !isTooLong
  // What was typed stays until the server has it.
  const steer = async () => {
    const field = inputRef.current
    const before = field?.value
    if (await props.onSteer?.(content)) {
      if (field?.value === before) setContent('')
      onSentRef.current?.()
    }
    field?.focus()
  }

  useFocusOnOpen(inputRef, conversationId)
  useShortcuts({ attachFiles: () => fileInputRef.current?.click() })
  const insert = useEffectEvent((inserted: { readonly content: string; readonly files?: readonly WrittenFile[] | undefined }) => {
    const added = draftToWritten(inserted.content)
    const all = [...(inserted.files ?? []), ...added.files, ...files]
    write(
      {
        typed: [added.typed, typed].filter((part) => part.trim() !== '').join('\n\n'),
        pasted: [...added.pasted, ...pasted],
        files: all.filter(({ fileId }, index) => all.findIndex((other) => other.fileId === fileId) === index),
      },
      { isKept: true },
    )
    inputRef.current?.focus()
  })
  useEffect(() => {
    if (insertion) insert(insertion)
  }, [insertion])

  return (
    <form
      className="rounded-lg border border-line-strong/70 short:flex short:flex-wrap short:items-end bg-raised shadow-[0_1px_3px_oklch(0.25_0.02_200/0.06)] transition-[border-color,box-shadow] duration-150 focus-within:border-accent/60 focus-within:ring-3 focus-within:ring-accent/12"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onPointerDown={(event) => {
        // The whole card is the field.
        if (event.target === event.currentTarget) inputRef.current?.focus()
      }}
    >
      {isDropping && <DropHint />}
      <div ref={setPanel} className="basis-full" />
      {attachments.length > 0 && (
        <AttachmentList
          attachments={attachments}
          onRemove={(fileId) => {
            remove(fileId)
            if (attachments.length === 1) inputRef.current?.focus()
          }}
        />
      )}
      {pasted.length > 0 && (
        <ul className="basis-full space-y-1.5 p-2 pb-0" aria-label={text('composer.pasted.list')}>
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
        onPasteText={(pastedText, isPlain) => {
          if (isPlain || pastedText.length <= maxInlinePasteLength) return false
          // What does not fit into a message is a file from the start.
          if (fits(writtenToContent({ typed, pasted: [...pasted, pastedText] }), maxLength)) {
            write({ pasted: [...pasted, pastedText] })
          } else add([new File([pastedText], toTextFile(pastedText, true, text)[1], { type: 'text/plain' })])
          return true
        }}
        onPasteFiles={add}
        label={text('composer.label')}
        placeholder={text(isRunning ? 'composer.placeholder.running' : 'composer.placeholder')}
        className="block w-full px-4 pt-3 pb-1 leading-relaxed short:w-auto short:min-w-32 short:px-1.5 short:flex-1 short:py-2.5 touch:pb-2"
        onSend={(isModified) => (isModified && canSteer && chosenKey === 'enter' ? void steer() : send())}
        sendKey={chosenKey}
        isComposer
        testId="composer-input"
      />
      {isTooLong && (
        <p className="basis-full px-4 pt-1 text-xs text-soft tabular-nums" role="status" data-testid="will-be-file">
          {text('files.will-be-file', { max: maxLength })}
        </p>
      )}
      {props.inputNotice(attachmentsToKinds(attachments))}
      <div className="flex items-center gap-2 p-2 pl-2.5 short:gap-1 short:p-1">
        <AttachButton onFiles={add} inputRef={fileInputRef} />
        {props.dictation({ inputRef, keep: (value) => write({ typed: value }, { isKept: true }), panel, onSentRef })}
        {props.modelPicker}
        <span className="ml-auto" />
        {length > 0 && !isTooLong && (
          <span className="text-xs text-faint tabular-nums" role="status">
            {text('composer.length', { length, max: maxLength })}
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
            className="inline-flex h-9 shrink-0 items-center justify-center gap-1.5 rounded-md border border-line-strong px-3 text-sm font-medium text-ink transition-colors duration-150 hover:bg-hover disabled:opacity-50 touch:h-11 touch:min-w-11"
          >
            <Square size={11} fill="currentColor" aria-hidden />
            <span className={canSteer ? 'max-sm:sr-only' : undefined}>
              {text(props.isStopping ? 'composer.stopping' : 'composer.stop')}
            </span>
          </button>
        )}
        {canSteer && <SteerButton onSteer={() => void steer()} keys={chosenKey === 'enter' ? 'Control+Enter' : undefined} />}
        <button
          type="submit"
          disabled={!isSendable}
          aria-label={text(isRunning ? 'composer.queue' : 'composer.send')}
          title={text(isRunning ? 'composer.queue' : 'composer.send')}
          data-testid="composer-send"
          className="grid size-9 shrink-0 place-items-center rounded-md bg-accent text-accent-ink transition-colors duration-150 hover:bg-accent-strong disabled:bg-hover disabled:text-faint touch:size-11"
        >
          <ArrowUp size={18} aria-hidden />
        </button>
      </div>
    </form>
  )
}

/** The name of a text file that was not one before, with its bytes. */
function toTextFile(body: string, isPasted: boolean, text: Text): readonly [Blob, string] {
  return [new Blob([body], { type: 'text/plain' }), `${text(isPasted ? 'files.pasted-name' : 'files.text-name')}.txt`]
}

function DropHint() {
  const text = useText()
  return (
    <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center bg-scrim p-6" data-testid="drop-hint">
      <p className="rounded-lg border-2 border-dashed border-accent bg-raised px-6 py-5 font-medium">{text('files.drop')}</p>
    </div>
  )
}

/** Focuses the field when a conversation opens, except where that would raise an on-screen keyboard. */
function useFocusOnOpen(inputRef: { readonly current: HTMLTextAreaElement | null }, conversationId: Id | null) {
  useEffect(() => {
    if (hasTouchKeyboard()) return
    inputRef.current?.focus()
  }, [inputRef, conversationId])
}
