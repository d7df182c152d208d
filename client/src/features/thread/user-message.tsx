import type { Id } from '@holdfast/shared'
import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { sendKey } from '../../preferences/preferences.ts'
import { Button } from '../../ui/button.tsx'
import { formatDateTime, formatWhen } from '../../ui/format-time.ts'
import { GrowingTextArea } from '../../ui/growing-text-area.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useStore } from '../../use-store.ts'
import { BranchSwitcher } from './branch-switcher.tsx'
import { CopyButton } from './copy-button.tsx'
import { DeliveryNote } from './delivery-note.tsx'
import { useKeptRow } from './list/use-kept-rows.ts'
import type { MessageItemProps } from './message-item.tsx'
import { MessageMenu } from './message-menu.tsx'
import { QuestionText } from './question-text.tsx'
import { useLongPress } from './use-long-press.ts'

/** A person's turn: a quiet block, as it was written. */
export function UserMessage({ message, delivery, isSought, actions }: MessageItemProps) {
  const text = useText()
  const [isEditing, setEditing] = useState(false)
  const turn = useRef<HTMLDivElement>(null)
  // On a phone the menu is found where the finger is.
  const longPress = useLongPress(() => turn.current?.parentElement?.querySelector<HTMLElement>('.message-menu')?.click())
  if (isEditing) {
    return (
      <EditField
        messageId={message.id}
        content={message.content}
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
      <div
        ref={turn}
        {...longPress}
        className={`rounded-md bg-turn px-4 py-3 touch:select-none ${delivery && delivery.state !== 'sent' ? 'opacity-75' : ''}`}
      >
        <QuestionText message={message} isSought={isSought} />
      </div>
      {delivery && delivery.state !== 'sent' ? (
        <DeliveryNote delivery={delivery} content={message.content} actions={actions} />
      ) : (
        <div
          data-chrome=""
          className="absolute top-full right-0 z-10 flex h-7 items-center gap-0.5 touch:static touch:justify-end"
        >
          <div className="flex items-center opacity-0 transition-opacity duration-150 group-focus-within/message:opacity-100 group-hover/message:opacity-100 touch:opacity-100">
            <time
              dateTime={message.createdAt}
              title={formatDateTime(message.createdAt, 'en')}
              className="px-1.5 text-xs text-faint tabular-nums"
              data-testid="sent-at"
            >
              {formatWhen(message.createdAt, 'en')}
            </time>
            <CopyButton content={message.content} />
            <IconButton label={text('message.edit')} size="small" onClick={() => setEditing(true)} data-testid="edit">
              <Pencil size={14} aria-hidden />
            </IconButton>
            <MessageMenu message={message} actions={actions} />
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
  readonly onCancel: () => void
  readonly onSend: (content: string) => void
}) {
  const text = useText()
  const [content, setContent] = useState(props.content)
  useKeptRow(props.messageId)
  const isSendable = content.trim() !== '' && content !== props.content
  const send = () => {
    if (isSendable) props.onSend(content)
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
