import { ReadingError, type Speaker } from './speaker.ts'

/** Some browsers load their voices after they were first asked for them. */
const voicesTimeoutMs = 3_000

/** Speaks with the voices of the browser. */
export function createBrowserSpeaker(): Speaker {
  // Missing in some web views, whatever its type says.
  const synthesis: SpeechSynthesis | undefined = globalThis.speechSynthesis
  return {
    speak: async (text, speed, signal) => {
      if (synthesis === undefined || !(await hasVoices(synthesis))) throw new ReadingError('no-voices')
      if (signal.aborted) return
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const utterance = new SpeechSynthesisUtterance(text)
      utterance.rate = speed
      utterance.addEventListener('end', () => resolve())
      utterance.addEventListener('error', ({ error }) => {
        if (signal.aborted || error === 'canceled' || error === 'interrupted') resolve()
        else reject(new ReadingError('failed'))
      })
      signal.addEventListener(
        'abort',
        () => {
          synthesis.cancel()
          resolve()
        },
        { once: true },
      )
      synthesis.speak(utterance)
      // After `cancel` Chrome is paused at times.
      synthesis.resume()
      await promise
    },
    close: () => synthesis?.cancel(),
  }
}

async function hasVoices(synthesis: SpeechSynthesis): Promise<boolean> {
  if (synthesis.getVoices().length > 0) return true
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, voicesTimeoutMs)
  synthesis.addEventListener('voiceschanged', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
  return synthesis.getVoices().length > 0
}
