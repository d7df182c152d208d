import '../../../i18n/later-english.ts'
import type { Message } from '@holdfast/shared'
import { Star, ThumbsDown, ThumbsUp, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { TextId } from '../../../i18n/english/index.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useFailureToast } from '../../../react/use-failure-toast.ts'

export interface MessageReactionsProps {
  readonly message: Message
  readonly isChoosing: boolean
  /** The user is done choosing. */
  readonly onChosen: () => void
}

const offered = ['up', 'down', 'star', '❤️', '🎉', '😂', '🤔', '👀'] as const
const named: Readonly<Record<string, { readonly label: TextId; readonly icon: ReactNode }>> = {
  up: { label: 'reaction.up', icon: <ThumbsUp size={14} aria-hidden /> },
  down: { label: 'reaction.down', icon: <ThumbsDown size={14} aria-hidden /> },
  star: { label: 'reaction.star', icon: <Star size={14} aria-hidden /> },
}

/** The reactions to a message, each a button that gives or takes back one's own, and on request those that are offered. */
export function MessageReactions({ message, isChoosing, onChosen }: MessageReactionsProps) {
  const text = useText()
  const showFailure = useFailureToast()
  const userId = trpc.system.info.useQuery().data?.user.id
  const set = trpc.reactions.set.useMutation()
  // Until the event arrives, what was pressed is shown.
  const [pressed, setPressed] = useState<{ readonly reaction: string; readonly on: boolean } | null>(null)
  const root = useRef<HTMLDivElement>(null)
  const first = useRef<HTMLButtonElement>(null)
  /** What has the focus goes away. */
  const focusMessage = () => root.current?.closest<HTMLElement>('[data-part=message]')?.focus({ preventScroll: true })
  const finish = () => {
    focusMessage()
    onChosen()
  }
  useEffect(() => {
    if (isChoosing) first.current?.focus()
  }, [isChoosing])
  const finishOnEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    finish()
  }
  const { reactions = [] } = message
  const isOwn = (reaction: string) =>
    pressed?.reaction === reaction
      ? pressed.on
      : reactions.some((each) => each.reaction === reaction && each.userIds.some((id) => id === userId))
  const change = (reaction: string) => {
    const on = !isOwn(reaction)
    setPressed({ reaction, on })
    set.mutate(
      { messageId: message.id, reaction, on },
      {
        onError: showFailure,
        onSettled: () => setPressed(null),
      },
    )
    const isLast = !on && reactions.some((each) => each.reaction === reaction && each.userIds.length === 1)
    if (isChoosing) finish()
    else if (isLast) focusMessage()
  }
  const shown = reactions.map(({ reaction, userIds }) => ({ reaction, count: userIds.length }))
  return (
    <div ref={root} className="mt-1.5 flex flex-wrap items-center gap-1.5" data-chrome="" data-testid="reactions">
      {shown.map(({ reaction, count }) => (
        <Chip key={reaction} reaction={reaction} isOn={isOwn(reaction)} onClick={() => change(reaction)}>
          {count > 1 && <span className="tabular-nums">{count}</span>}
        </Chip>
      ))}
      {isChoosing && (
        <div
          role="group"
          aria-label={text('message.react')}
          className="flex flex-wrap items-center gap-0.5 rounded-md border border-line bg-paper p-0.5 shadow-sm"
          data-testid="reaction-choice"
        >
          {offered.map((reaction, index) => (
            <IconButton
              key={reaction}
              ref={index === 0 ? first : undefined}
              label={toLabel(reaction, text)}
              size="small"
              aria-pressed={isOwn(reaction)}
              className="aria-pressed:bg-hover aria-pressed:text-ink"
              onClick={() => change(reaction)}
              onKeyDown={finishOnEscape}
            >
              {named[reaction]?.icon ?? <span aria-hidden>{reaction}</span>}
            </IconButton>
          ))}
          <IconButton label={text('close')} size="small" onClick={finish} onKeyDown={finishOnEscape}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  )
}

function Chip(props: {
  readonly reaction: string
  readonly isOn: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  const text = useText()
  const { reaction, isOn, onClick, children } = props
  const label = toLabel(reaction, text)
  return (
    <button
      type="button"
      aria-pressed={isOn}
      aria-label={label}
      title={label}
      onClick={onClick}
      className="flex h-7 min-w-8 items-center justify-center gap-1.5 rounded-full border border-line px-2 text-xs text-soft transition-colors duration-150 hover:bg-hover hover:text-ink aria-pressed:border-accent aria-pressed:text-ink touch:h-11 touch:min-w-11"
      data-testid="reaction"
      data-reaction={reaction}
    >
      {named[reaction]?.icon ?? <span aria-hidden>{reaction}</span>}
      {children}
    </button>
  )
}

function toLabel(reaction: string, text: ReturnType<typeof useText>): string {
  const label = named[reaction]?.label
  return label === undefined ? text('reaction.emoji', { emoji: reaction }) : text(label)
}
