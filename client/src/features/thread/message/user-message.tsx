import type { Id } from '@holdfast/shared'
import { Pencil } from 'lucide-react'
import { use, useEffect, useRef, useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { sendKey } from '../../../preferences/preferences.ts'
import { Button } from '../../../ui/button.tsx'
import { formatDateTime, formatWhen } from '../../../ui/format-time.ts'
import { GrowingTextArea } from '../../../ui/growing-text-area.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useStore } from '../../../lib/use-store.ts'
import { BranchSwitcher } from './branch-switcher.tsx'
import { CopyButton } from './copy-button.tsx'
import { DeliveryNote } from './delivery-note.tsx'
import { ReaderContext } from '../model/reader-context.ts'
import { useKeptRow } from '../model/use-kept-rows.ts'
import type { MessageItemProps } from './message-item-props.ts'
import { MessageMenu } from './message-menu.tsx'
import type { MessageReactionsProps } from './message-reactions.tsx'
import { QuestionText } from './question-text.tsx'
import { useLongPress } from './use-long-press.ts'

const MessageReactions = lazyPart<MessageReactionsProps>(() =>
  import('./message-reactions.tsx').then((module) => module.MessageReactions),
)

/** A message of the user, shown as it was written. */
export function UserMessage({ message, delivery, isSought, actions }: MessageItemProps) {
  const text = useText()
  const [isEditing, setEditing] = useState(false)
  const [isReacting, setReacting] = useState(false)
  const menuTriggerRef = useRef<HTMLButtonElement>(null)
  // On a phone the menu is found where the finger is.
  const longPress = useLongPress(() => menuTriggerRef.current?.click())
  const isSent = delivery === null || delivery.state === 'sent'
  const { registerEditor } = use(ReaderContext)
  useEffect(() => {
    if (isSent && !isEditing) return registerEditor(message.id, () => setEditing(true))
  }, [registerEditor, message.id, isSent, isEditing])
  if (isEditing) {
    return (
      <EditField
        messageId={message.id}
        content={message.content}
        hasFiles={message.parts.some(({ type }) => type === 'file')}
        onCancel={() => setEditing(false)}
        onSend={(content) => {
          setEditing(false)
          actions.edit(message.id, content)
        }}
      />
    )
  }
  return (
    <>
      <h2 className="sr-only">{text('thread.you')}</h2>
      <div {...longPress} className={`rounded-md bg-turn px-4 py-3 touch:select-none ${isSent ? '' : 'opacity-75'}`}>
        <QuestionText message={message} isSought={isSought} />
      </div>
      {(isReacting || message.reactions) && (
        <MessageReactions message={message} isChoosing={isReacting} onChosen={() => setReacting(false)} />
      )}
      {delivery && !isSent ? (
        <DeliveryNote delivery={delivery} message={message} actions={actions} />
      ) : (
        <div
          data-chrome=""
          className="absolute top-full right-0 z-10 flex h-7 items-center gap-0.5 touch:static touch:justify-end"
        >
          <div className="flex items-center opacity-0 transition-opacity duration-150 group-focus-within/message:opacity-100 group-hover/message:opacity-100 touch:opacity-100">
            <time
              dateTime={message.createdAt}
              title={formatDateTime(message.createdAt, locale)}
              className="px-1.5 text-xs text-faint tabular-nums"
              data-testid="sent-at"
            >
              {formatWhen(message.createdAt, locale)}
            </time>
            {message.content !== '' && <CopyButton content={message.content} />}
            <IconButton label={text('message.edit')} size="small" onClick={() => setEditing(true)} data-testid="edit">
              <Pencil size={14} aria-hidden />
            </IconButton>
            <MessageMenu message={message} actions={actions} triggerRef={menuTriggerRef} onReact={() => setReacting(true)} />
          </div>
          <BranchSwitcher message={message} onSelect={actions.selectBranch} />
        </div>
      )}
    </>
  )
}

function EditField(props: {
  readonly messageId: Id
  readonly content: string
  /** They stay with the new version, whose text may be empty then. */
  readonly hasFiles: boolean
  readonly onCancel: () => void
  readonly onSend: (content: string) => void
}) {
  const text = useText()
  const [content, setContent] = useState(props.content)
  useKeptRow(props.messageId)
  const isSendable = (content.trim() !== '' || props.hasFiles) && content !== props.content
  const send = () => {
    if (isSendable) props.onSend(content.trim() === '' ? '' : content)
  }
  return (
    <div className="rounded-md bg-turn p-2 outline-2 outline-accent">
      <GrowingTextArea
        value={content}
        onValue={setContent}
        label={text('message.edit.label')}
        className="w-full px-2 py-1 leading-relaxed"
        isFocused
        onSend={send}
        sendKey={useStore(sendKey)}
        onEscape={props.onCancel}
        testId="edit-input"
      />
      <div className="mt-1 flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto px-2 text-xs text-faint">{text('message.edit.about')}</p>
        <Button size="small" tone="quiet" onClick={props.onCancel}>
          {text('cancel')}
        </Button>
        <Button size="small" tone="accent" disabled={!isSendable} onClick={send} data-testid="edit-send">
          {text('composer.send')}
        </Button>
      </div>
    </div>
  )
}
