/** The part of the browser's `SpeechRecognition` that is used. TypeScript does not know it. */
interface Recognition extends EventTarget {
  lang: string
  continuous: boolean
  interimResults: boolean
  start: () => void
  stop: () => void
}

interface RecognitionEvent extends Event {
  readonly resultIndex: number
  readonly results: ArrayLike<{ readonly isFinal: boolean; readonly 0: { readonly transcript: string } }>
}

type RecognitionConstructor = new () => Recognition

export interface BrowserRecogniser {
  readonly stop: () => void
}

export interface BrowserRecogniserOptions {
  /** Words that will not change any more. */
  readonly onText: (text: string) => void
  /** `error` is the browser's name for what went wrong, such as `not-allowed`; null: it was stopped, or heard nothing more. */
  readonly onEnd: (error: string | null) => void
}

function findConstructor(): RecognitionConstructor | null {
  const names = globalThis as { SpeechRecognition?: RecognitionConstructor; webkitSpeechRecognition?: RecognitionConstructor }
  return names.SpeechRecognition ?? names.webkitSpeechRecognition ?? null
}

export function hasBrowserRecogniser(): boolean {
  return findConstructor() !== null
}

/**
 * Whether the browser records while its recogniser listens. On phones the recogniser has the microphone for itself: beside a recording it
 * hears nothing (Android) or leaves the recording silent (iOS), so that there the words are all there is.
 */
export function canRecordBeside(): boolean {
  const isPhone =
    /Android|iPhone|iPad|Mobile/u.test(navigator.userAgent) || (navigator.maxTouchPoints > 1 && /Mac/u.test(navigator.userAgent))
  const devices: MediaDevices | undefined = navigator.mediaDevices
  return !isPhone && devices !== undefined && typeof MediaRecorder !== 'undefined'
}

/** Listens with the browser's own recogniser, which opens the microphone itself and gives words instead of a recording. */
export function startBrowserRecogniser({ onText, onEnd }: BrowserRecogniserOptions): BrowserRecogniser {
  const Constructor = findConstructor()
  if (!Constructor) throw new Error('there is no recogniser')
  const recognition = new Constructor()
  recognition.lang = navigator.language
  recognition.continuous = true
  recognition.interimResults = false
  let error: string | null = null
  recognition.addEventListener('result', (event) => {
    const { results, resultIndex } = event as RecognitionEvent
    for (let index = resultIndex; index < results.length; index += 1) {
      const result = results[index]
      const words = result?.isFinal ? result[0].transcript.trim() : ''
      if (words !== '') onText(words)
    }
  })
  recognition.addEventListener('error', (event) => {
    const name = 'error' in event ? String(event.error) : 'unknown'
    if (name !== 'no-speech' && name !== 'aborted') error = name
  })
  recognition.addEventListener('end', () => onEnd(error))
  recognition.start()
  return { stop: () => recognition.stop() }
}
