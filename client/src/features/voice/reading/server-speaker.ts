import type { ConnectedClient } from '../../../sdk/client.ts'
import { askVoice, VoiceFailure } from '../service/ask-voice.ts'
import { ReadingError, type Speaker } from './speaker.ts'

const tries = 3
const retryMs = 1_000

/** Speaks with the voice of the server. The next text is fetched while one is said. */
export function createServerSpeaker(request: ConnectedClient['request']): Speaker {
  // One for all texts: Safari lets only an element that a person has started play again.
  const audio = new Audio()
  let address = ''
  const fetched = new Map<string, { readonly sound: Promise<Blob>; readonly signal: AbortSignal; isThere: boolean }>()

  const fetchSound = async (text: string, signal: AbortSignal): Promise<Blob> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const headers = { 'content-type': 'application/json' }
        const response = await askVoice(request, '/speech', { body: JSON.stringify({ text }), headers, signal })
        return await response.blob()
      } catch (error) {
        signal.throwIfAborted()
        const isFinal = error instanceof VoiceFailure && error.kind === 'refused'
        if (isFinal || attempt === tries) throw new ReadingError('failed', isFinal ? error.message : '')
        const waitMs = Math.max(retryMs, error instanceof VoiceFailure ? error.retryAfterMs : 0)
        await new Promise((resolve) => setTimeout(resolve, waitMs))
      }
    }
  }
  const prepare = (text: string, signal: AbortSignal) => {
    const known = fetched.get(text)
    // What was given up is asked for again.
    if (known && (known.isThere || !known.signal.aborted)) return known.sound
    const entry = { sound: fetchSound(text, signal), signal, isThere: false }
    fetched.set(text, entry)
    entry.sound.then(
      () => (entry.isThere = true),
      () => fetched.get(text) === entry && fetched.delete(text),
    )
    return entry.sound
  }
  const silence = () => {
    audio.pause()
    audio.removeAttribute('src')
    if (address !== '') URL.revokeObjectURL(address)
    address = ''
  }
  return {
    speak: async (text, speed, signal) => {
      try {
        const sound = await prepare(text, signal)
        if (signal.aborted) return
        address = URL.createObjectURL(sound)
        audio.src = address
        audio.playbackRate = speed
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        audio.onended = () => resolve()
        audio.onerror = () => reject(new ReadingError('failed'))
        signal.addEventListener('abort', () => resolve(), { once: true })
        await audio.play()
        await promise
        fetched.delete(text)
      } catch (error) {
        if (!signal.aborted) throw error instanceof ReadingError ? error : new ReadingError('failed')
      } finally {
        silence()
      }
    },
    prepare: (text, signal) => void prepare(text, signal).catch(() => undefined),
    close: silence,
  }
}
