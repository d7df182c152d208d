import { isActive, type Message, type ToolCallState } from '@holdfast/shared'
import { useEffect, useRef } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { spokenAnswer } from '../../../preferences/preferences.ts'
import { useAnnouncer } from '../../../ui/announcer.tsx'
import { changedMessages } from '../model/changed-messages.ts'
import { toolCallToWords } from '../model/tool-call-words.ts'

/** Announces to screen readers what tools do while an answer is written, and above all which approvals are asked for. */
export function useToolAnnouncements(messages: readonly Message[]): void {
  const { say, warn } = useAnnouncer()
  const text = useText()
  const seen = useRef<readonly Message[]>([])
  const stateByCall = useRef<Map<string, ToolCallState> | null>(null)
  useEffect(() => {
    const isFirstLook = stateByCall.current === null
    const states = (stateByCall.current ??= new Map<string, ToolCallState>())
    for (const message of changedMessages(seen.current, messages)) {
      for (const part of message.parts) {
        if (part.type !== 'tool-call') continue
        const before = states.get(part.callId)
        states.set(part.callId, part.state)
        if (before === part.state) continue
        const { action, subject } = toolCallToWords(part, text)
        const what = subject === null ? action : `${action}: ${subject}`
        // An open question is also announced when the page is opened.
        if (part.state === 'waiting' && isActive(message.status))
          say(text('announce.approval', { question: part.question ?? what }))
        // A call that had ended before it was first seen is not news.
        if (isFirstLook || (before === undefined && !isActive(message.status))) continue
        if (part.state === 'done' && spokenAnswer.get() !== 'nothing') say(text('announce.tool.done', { what }))
        if (part.state === 'failed' || part.state === 'unknown') warn(text(`announce.tool.${part.state}`, { what }))
      }
    }
    seen.current = messages
  }, [messages, say, warn, text])
}
