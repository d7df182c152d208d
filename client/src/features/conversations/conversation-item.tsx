import { maxTitleLength, type Conversation, type Id } from '@holdfast/shared'
import { Archive, Download, Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import { memo, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { isComposing } from '../../lib/is-composing.ts'
import { conversationPath } from '../../lib/routes.ts'
import { useText } from '../../i18n/use-text.ts'
import { prepareNeighbourFocus } from '../../ui/focus-neighbour.ts'
import { PulseLine, type PulseLineState } from '../../ui/pulse-line.tsx'
import { Menu } from '../../ui/menu.tsx'
import { DraftMark } from '../../drafts/draft-mark.tsx'
import type { ConversationActions } from './use-conversation-actions.ts'

/** The export formats. */
export type ExportFormat = 'markdown' | 'json' | 'text' | 'print'

const exportFormats: readonly ExportFormat[] = ['markdown', 'json', 'text', 'print']

export interface ConversationItemProps {
  readonly conversation: Conversation
  readonly isOpen: boolean
  readonly isConnected: boolean
  /** This device has a draft for the conversation. */
  readonly hasDraft: boolean
  readonly actions: ConversationActions
  readonly onOpen: () => void
  readonly onExport: (conversationId: Id, format: ExportFormat) => void
  readonly onShare: (conversationId: Id) => void
}

/** One conversation in the sidebar: its title, its status, and its menu. */
export const ConversationItem = memo(function ConversationItem(props: ConversationItemProps) {
  const { conversation, isOpen, isConnected, hasDraft, actions, onOpen, onExport, onShare } = props
  const text = useText()
  const [isRenaming, setRenaming] = useState(false)
  const item = useRef<HTMLLIElement>(null)
  const state = conversationToState(conversation, isOpen)
  const isWaiting = conversation.state === 'waiting'

  // Closing the open conversation opens a new one, which takes the focus.
  const leave = (act: () => void) => {
    const focusNeighbour = prepareNeighbourFocus(item.current, '[data-part=sidebar-item]')
    act()
    if (!isOpen) focusNeighbour()
  }

  return (
    <li
      ref={item}
      className={`group/item relative flex h-8 items-center rounded-sm pr-1 text-sm touch:h-11 ${isOpen ? 'bg-hover' : 'hover:bg-hover/60'}`}
      data-part="sidebar-item"
      data-testid="sidebar-item"
      data-conversation-id={conversation.id}
      data-state={conversation.state}
      data-unread={conversation.unread && !isOpen}
    >
      <PulseLine state={toLine(conversation, isOpen, isConnected)} className="absolute inset-y-1.5 left-0.5" />
      {isRenaming ? (
        <RenameField
          title={conversation.title}
          onDone={(title) => {
            setRenaming(false)
            if (title !== null && title !== conversation.title) actions.rename(conversation, title)
          }}
        />
      ) : (
        <>
          <Link
            href={conversationPath(conversation.id)}
            onClick={onOpen}
            aria-current={isOpen ? 'page' : undefined}
            className={`flex h-full min-w-0 flex-1 items-center gap-2 rounded-sm pl-3.5 -outline-offset-2 ${conversation.unread && !isOpen ? 'font-medium text-ink' : 'text-soft'} ${isOpen ? 'text-ink' : ''}`}
            onDoubleClick={() => setRenaming(true)}
          >
            <span className="truncate" title={conversation.title}>
              {conversation.title}
            </span>
            {isWaiting && <span className="shrink-0 text-xs text-warm-ink">{text('conversation.waiting')}</span>}
            {state && <span className="sr-only">{text(state)}</span>}
            {hasDraft && !isOpen && <DraftMark />}
          </Link>
          {conversation.unread && !isOpen && (
            <span
              aria-hidden
              className="system-colour mr-1.5 size-1.5 shrink-0 rounded-full bg-accent group-focus-within/item:hidden group-hover/item:hidden"
            />
          )}
          <Menu
            label={text('conversation.actions', { title: conversation.title })}
            icon={<Ellipsis size={15} aria-hidden />}
            className="hidden size-6 shrink-0 place-items-center rounded-sm text-faint group-focus-within/item:grid group-hover/item:grid hover:bg-paper hover:text-ink data-popup-open:grid touch:grid touch:size-11"
            items={[
              { label: text('conversation.rename'), icon: <Pencil size={14} />, onSelect: () => setRenaming(true) },
              conversation.pinned
                ? {
                    label: text('conversation.unpin'),
                    icon: <PinOff size={14} />,
                    onSelect: () => actions.setPinned(conversation, false),
                  }
                : {
                    label: text('conversation.pin'),
                    icon: <Pin size={14} />,
                    onSelect: () => actions.setPinned(conversation, true),
                  },
              {
                label: text('export'),
                icon: <Download size={14} />,
                items: exportFormats.map((format) => ({
                  label: text(`export.${format}`),
                  onSelect: () => onExport(conversation.id, format),
                })),
              },
              {
                label: text('conversation.share'),
                icon: <span className="w-3.5">↗</span>,
                onSelect: () => onShare(conversation.id),
              },
              {
                label: text('conversation.archive'),
                icon: <Archive size={14} />,
                onSelect: () => leave(() => actions.setArchived(conversation, true)),
              },
              {
                label: text('conversation.trash'),
                icon: <Trash2 size={14} />,
                tone: 'danger',
                onSelect: () => leave(() => actions.moveToTrash(conversation)),
              },
            ]}
          />
        </>
      )}
    </li>
  )
})

function RenameField({ title, onDone }: { readonly title: string; readonly onDone: (title: string | null) => void }) {
  const text = useText()
  const [value, setValue] = useState(title)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  return (
    <input
      ref={field}
      aria-label={text('conversation.title')}
      className="mx-2 h-6 min-w-0 flex-1 rounded-sm border border-line-strong bg-raised px-1.5 text-sm"
      value={value}
      maxLength={maxTitleLength}
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => onDone(value.trim() || null)}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Enter') onDone(value.trim() || null)
        if (event.key === 'Escape') {
          event.stopPropagation()
          onDone(null)
        }
      }}
    />
  )
}

function toLine({ state, hasActiveGeneration }: Conversation, isOpen: boolean, isConnected: boolean): PulseLineState {
  if (state === 'waiting') return 'waiting'
  if (state === 'error') return isOpen ? null : 'broken'
  if (!hasActiveGeneration) return null
  if (!isConnected) return 'reconnecting'
  return isOpen ? 'generating' : 'background'
}

function conversationToState(conversation: Conversation, isOpen: boolean) {
  if (conversation.state === 'error') return 'conversation.state.error'
  if (conversation.hasActiveGeneration && conversation.state !== 'waiting') return 'conversation.state.running'
  return conversation.unread && !isOpen ? 'conversation.state.unread' : null
}
