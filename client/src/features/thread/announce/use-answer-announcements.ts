import { isActive, type Message } from '@holdfast/shared'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { spokenAnswer } from '../../../preferences/preferences.ts'
import { useAnnouncer } from '../../../ui/announcer.tsx'
import { useStore } from '../../../lib/use-store.ts'
import { completionToWords, countWords } from './completion-to-words.ts'
import { hasGrown } from '../model/has-grown.ts'
import { changedMessages } from '../model/changed-messages.ts'

const progressEveryMs = 8_000

/**
 * Announces to screen readers when an answer begins and how it ends, or more or less of it, as the preferences say. Never the words
 * while they arrive.
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
      // An answer that had ended before it was first seen is news only at the end of the conversation: a short answer may begin and end
      // between two renderings.
      if (before === undefined ? !hasGrown(seen.current, messages) : !isActive(before)) continue
      if (message.status === 'cancelled') tell(text('announce.stopped'))
      else if (message.status !== 'completed') warn(text('announce.failed'))
      else tell(completionToWords(message, spoken === 'whole', text))
    }
    seen.current = messages
  }, [messages, say, warn, text])

  const sayProgress = useEffectEvent(() => {
    const message = messages.find(isBeingWritten)
    if (message) say(text('announce.progress', { count: countWords(message.content) }))
  })
  const tellsProgress = useStore(spokenAnswer) === 'progress' && messages.some(isBeingWritten)
  useEffect(() => {
    if (!tellsProgress) return
    const timer = setInterval(() => sayProgress(), progressEveryMs)
    return () => clearInterval(timer)
  }, [tellsProgress])
}

function isBeingWritten({ role, status }: Message): boolean {
  return role === 'assistant' && status === 'generating'
}
