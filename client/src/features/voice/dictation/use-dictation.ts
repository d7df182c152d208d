import type { Id } from '@holdfast/shared'
import { useEffect, useEffectEvent, useState } from 'react'
import { openDeviceFiles } from '../../../lib/device-files.ts'
import { useClient } from '../../../react/client-context.tsx'
import { askVoice, VoiceFailure } from '../service/ask-voice.ts'
import { createDictation, type Dictation } from './create-dictation.ts'
import { openMicrophone } from './microphone.ts'
import { createRecordingStorage } from './recording-storage.ts'

export interface DictationHookOptions {
  readonly userId: string
  readonly conversationId: Id | null
  /** In bytes. */
  readonly maxBytes: number
  readonly onText: (text: string, replaces: string | null) => void
}

const storage = createRecordingStorage(openDeviceFiles('holdfast-recordings'))

/** The recordings of a conversation, for as long as its message box is there; null before. */
export function useDictation({ userId, conversationId, maxBytes, onText }: DictationHookOptions): Dictation | null {
  const { connection, request } = useClient()
  const [dictation, setDictation] = useState<Dictation | null>(null)
  const insert = useEffectEvent(onText)
  useEffect(() => {
    const opened = createDictation({
      storage,
      ownerId: userId,
      conversationId,
      connection,
      openMicrophone,
      maxBytes,
      transcribe: async ({ blob, model }, signal) => {
        const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`
        const response = await askVoice(request, `/transcriptions${query}`, {
          body: blob,
          headers: { 'content-type': blob.type },
          signal,
        })
        const answer = (await response.json().catch(() => null)) as { text?: unknown } | null
        if (typeof answer?.text !== 'string') throw new VoiceFailure('later', 'The answer broke off')
        return answer.text
      },
      onText: (text, replaces) => insert(text, replaces),
    })
    // oxlint-disable-next-line react/set-state-in-effect -- it holds locks and a microphone, which an effect has to give back
    setDictation(opened)
    return () => opened.close()
  }, [userId, conversationId, connection, request, maxBytes])
  return dictation
}
