import { isActive, type Message } from '@holdfast/shared'
import { useEffect, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { spokenAnswer } from '../../preferences/preferences.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { useStore } from '../../use-store.ts'
import { markdownToPlain } from './find/markdown-to-plain.ts'
import { hasGrown } from './has-grown.ts'
import { changedMessages } from './list/changed-messages.ts'

const progressEveryMs = 8_000

/**
 * Tells a screen reader when an answer begins and how it ended, or as much more or less as was chosen. Never the words while they
 * come.
 */
export function useAnswerAnnouncements(messages: readonly Message[]): void {
  const { say, warn } = useAnnouncer()
  const text = useText()
  const statusById = useRef(new Map<string, Message['status']>())
  const seen = useRef<readonly Message[]>([])
  useEffect(() => {
    const spoken = spokenAnswer.get()
    const tell = spoken === 'nothing' ? () => undefined : say
    for (const message of changedMessages(seen.current, messages)) {
      if (message.role !== 'assistant') continue
      const before = statusById.current.get(message.id)
      statusById.current.set(message.id, message.status)
      if (before === message.status) continue
      if (message.status === 'generating') tell(text('announce.started'))
      if (isActive(message.status)) continue
      // What was over before it came into sight is news only if it has just been said: a short answer is, between two looks.
      if (before === undefined ? !hasGrown(seen.current, messages) : !isActive(before)) continue
      if (message.status === 'cancelled') tell(text('announce.stopped'))
      else if (message.status !== 'completed') warn(text('announce.failed'))
      else if (spoken === 'whole') tell(text('announce.whole', { words: markdownToPlain(message.content) }))
      else tell(text('announce.completed', { count: countWords(message.content) }))
    }
    seen.current = messages
  }, [messages, say, warn, text])

  const latest = useRef(messages)
  latest.current = messages
  const tellsProgress = useStore(spokenAnswer) === 'progress' && messages.some(isBeingWritten)
  useEffect(() => {
    if (!tellsProgress) return
    const timer = setInterval(() => {
      const message = latest.current.find(isBeingWritten)
      if (message) say(text('announce.progress', { count: countWords(message.content) }))
    }, progressEveryMs)
    return () => clearInterval(timer)
  }, [tellsProgress, say, text])
}

function isBeingWritten({ role, status }: Message): boolean {
  return role === 'assistant' && status === 'generating'
}

function countWords(content: string): number {
  return content.split(/\s+/u).filter(Boolean).length
}
