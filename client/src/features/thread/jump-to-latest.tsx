import { isActive, type Id, type Message } from '@holdfast/shared'
import { ArrowDown } from 'lucide-react'
import { useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'

export interface JumpToLatestProps {
  readonly messages: readonly Message[]
  /** The end is in sight: there is nowhere to jump to. */
  readonly isFollowing: boolean
  readonly onJump: () => void
}

/** For who has left the end: what is new there, and the way back. */
export function JumpToLatest({ messages, isFollowing, onJump }: JumpToLatestProps) {
  const text = useText()
  const news = useNews(messages, isFollowing)
  if (isFollowing) return null
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
      className="rise pointer-events-auto rounded-full! border-line-strong! bg-raised shadow-overlay"
      onClick={onJump}
      data-testid="jump-to-latest"
    >
      <ArrowDown size={14} aria-hidden />
      {text(id, { count: news.count })}
    </Button>
  )
}

interface News {
  /** Messages that came since the end was out of sight. */
  readonly count: number
  readonly isWriting: boolean
  /** What was being written then is complete. */
  readonly isDone: boolean
}

function useNews(messages: readonly Message[], isFollowing: boolean): News {
  const seen = useRef<{ readonly id: Id | undefined; readonly wasActive: boolean } | null>(null)
  const last = messages.at(-1)
  if (isFollowing) seen.current = null
  else seen.current ??= { id: last?.id, wasActive: last !== undefined && isActive(last.status) }
  const { id, wasActive } = seen.current ?? { id: last?.id, wasActive: false }
  const index = messages.findLastIndex((message) => message.id === id)
  return {
    count: index === -1 ? 0 : messages.length - 1 - index,
    isWriting: messages.slice(Math.max(0, index)).some(({ status }) => status === 'generating' || status === 'queued'),
    isDone: wasActive && messages[index]?.status === 'completed',
  }
}
