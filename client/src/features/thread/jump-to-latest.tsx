import { isActive, type Id, type Message } from '@holdfast/shared'
import { ArrowDown } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'

export interface JumpToLatestProps {
  readonly messages: readonly Message[]
  /** The end is in sight: there is nowhere to jump to. */
  readonly isFollowing: boolean
  /** The end is hardly out of sight. */
  readonly isNearEnd: boolean
  readonly onJump: () => void
}

/** The button for a reader who has left the end: it shows new messages, and jumps back. */
export function JumpToLatest({ messages, isFollowing, isNearEnd, onJump }: JumpToLatestProps) {
  const text = useText()
  const news = useNews(messages, isFollowing)
  if (isFollowing || isNearEnd) return null
  const id =
    news.count > 0
      ? news.isWriting
        ? 'thread.jump.new.writing'
        : 'thread.jump.new'
      : news.isWriting
        ? 'thread.jump.writing'
        : news.isDone
          ? 'thread.jump.done'
          : 'thread.jump'
  return (
    <Button
      size="small"
      isPill
      className={`rise pointer-events-auto shadow-overlay ${id === 'thread.jump' ? 'size-8 px-0 touch:size-11' : ''}`}
      title={id === 'thread.jump' ? text(id) : undefined}
      onClick={onJump}
      data-testid="jump-to-latest"
    >
      <ArrowDown size={14} aria-hidden />
      <span className={id === 'thread.jump' ? 'sr-only' : ''}>{text(id, { count: news.count })}</span>
    </Button>
  )
}

interface News {
  /** Messages that came since the end was out of sight. */
  readonly count: number
  readonly isWriting: boolean
  /** The answer that was being written then is complete. */
  readonly isDone: boolean
}

function useNews(messages: readonly Message[], isFollowing: boolean): News {
  /** The last message when the end went out of sight; null while it is in sight. */
  const [seen, setSeen] = useState<{ readonly id: Id | undefined; readonly wasActive: boolean } | null>(null)
  const last = messages.at(-1)
  if (isFollowing && seen) setSeen(null)
  if (!isFollowing && !seen) setSeen({ id: last?.id, wasActive: last !== undefined && isActive(last.status) })
  const { id, wasActive } = seen ?? { id: last?.id, wasActive: false }
  const index = messages.findLastIndex((message) => message.id === id)
  return {
    count: index === -1 ? 0 : messages.length - 1 - index,
    isWriting: messages.slice(Math.max(0, index)).some(({ status }) => status === 'generating' || status === 'queued'),
    isDone: wasActive && messages[index]?.status === 'completed',
  }
}
