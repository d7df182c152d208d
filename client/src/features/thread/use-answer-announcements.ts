import { isActive, type Message } from '@holdfast/shared'
import { useEffect, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { changedMessages } from './list/changed-messages.ts'

/** Tells a screen reader when an answer begins and how it ended. Never the words while they come. */
export function useAnswerAnnouncements(messages: readonly Message[]): void {
  const { say, warn } = useAnnouncer()
  const text = useText()
  const statusById = useRef(new Map<string, Message['status']>())
  const seen = useRef<readonly Message[]>([])
  useEffect(() => {
    for (const message of changedMessages(seen.current, messages)) {
      if (message.role !== 'assistant') continue
      const before = statusById.current.get(message.id)
      statusById.current.set(message.id, message.status)
      if (before === message.status) continue
      if (message.status === 'generating') say(text('announce.started'))
      // What was already over when it came into sight is no news.
      if (before === undefined || !isActive(before) || isActive(message.status)) continue
      if (message.status === 'completed') say(text('announce.completed', { count: countWords(message.content) }))
      else if (message.status === 'cancelled') say(text('announce.stopped'))
      else warn(text('announce.failed'))
    }
    seen.current = messages
  }, [messages, say, warn, text])
}

function countWords(content: string): number {
  return content.split(/\s+/u).filter(Boolean).length
}
