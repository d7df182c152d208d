import type { Logger } from '../platform/logger.ts'
import { statusToVoiceError, VoiceError } from './voice-error.ts'
import type { VoiceSettings } from './voice-settings.ts'

/** The configured service that has OpenAI's `/audio/transcriptions` and `/audio/speech`. */
export interface VoiceService {
  /**
   * The words of a recording; empty where nothing was said.
   * @param signal ends the call, when the person has gone
   * @throws VoiceError
   */
  readonly transcribe: (recording: Recording, signal: AbortSignal) => Promise<string>
  /**
   * Reads a text aloud. The sound comes in pieces as the service makes them; the stream throws a VoiceError when it breaks off.
   * @throws VoiceError
   */
  readonly speak: (text: string, signal: AbortSignal) => Promise<Speech>
}

export interface Recording {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Without parameters, such as `audio/webm`. */
  readonly mediaType: string
  readonly model: string
}

export interface Speech {
  readonly mediaType: string
  readonly pieces: AsyncIterable<Uint8Array>
}

export interface VoiceServiceOptions {
  readonly settings: VoiceSettings
  readonly logger: Logger
  /** For a whole transcription. A local model takes a while for a long recording. */
  readonly transcribeTimeoutMs?: number
  /** For the first piece of speech, and for each next one. */
  readonly speechTimeoutMs?: number
}

const maxTranscriptBytes = 1_000_000
const maxSpeechBytes = 64 * 1024 * 1024
/** Services look at the name's end to find out what a recording is. */
const extensions: Readonly<Record<string, string>> = {
  'audio/webm': 'webm',
  'audio/ogg': 'ogg',
  'audio/mp4': 'mp4',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
}

/** The types of recordings that are taken. */
export const recordingTypes: readonly string[] = Object.keys(extensions)

export function createVoiceService(options: VoiceServiceOptions): VoiceService {
  const { settings, logger, transcribeTimeoutMs = 300_000, speechTimeoutMs = 60_000 } = options
  const { baseUrl, apiKey } = settings

  const ask = async (path: string, body: FormData | string, signal: AbortSignal): Promise<Response> => {
    const headers = {
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
    }
    // A redirect could lead to a host that is not configured.
    const response = await fetch(`${baseUrl}${path}`, { method: 'POST', headers, body, signal, redirect: 'error' })
    if (response.ok) return response
    await response.body?.cancel()
    throw statusToVoiceError(response.status)
  }

  /** Names what was thrown, for the person and for the log. */
  const fail = (thrown: unknown, call: string, timeout: AbortSignal): VoiceError => {
    const error =
      thrown instanceof VoiceError
        ? thrown
        : timeout.aborted
          ? new VoiceError(504, 'The voice service did not answer in time')
          : new VoiceError(502, 'The voice service cannot be reached. Try again in a moment', { cause: thrown })
    logger.warn({ event: 'voice-failed', call, status: error.status, err: error }, 'a call of the voice service failed')
    return error
  }

  return {
    async transcribe({ bytes, mediaType, model }, signal) {
      const timeout = AbortSignal.timeout(transcribeTimeoutMs)
      try {
        const form = new FormData()
        form.append('file', new Blob([bytes], { type: mediaType }), `recording.${extensions[mediaType] ?? 'webm'}`)
        form.append('model', model)
        form.append('response_format', 'json')
        const response = await ask('/audio/transcriptions', form, AbortSignal.any([signal, timeout]))
        return readTranscript(await readText(response, maxTranscriptBytes), response.headers.get('content-type') ?? '')
      } catch (error) {
        signal.throwIfAborted()
        throw fail(error, 'transcribe', timeout)
      }
    },

    async speak(text, signal) {
      if (settings.speech === null) throw new VoiceError(502, 'No speech is configured on this server')
      const idle = createIdleTimer(speechTimeoutMs)
      const { model, voice } = settings.speech
      const body = JSON.stringify({ model, voice, input: text, response_format: 'mp3' })
      try {
        const response = await ask('/audio/speech', body, AbortSignal.any([signal, idle.signal]))
        const mediaType = response.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
        if (!/^audio\/[\w.+-]+$/u.test(mediaType) && mediaType !== 'application/octet-stream') {
          await response.body?.cancel()
          throw new VoiceError(502, 'The voice service sent something that is not sound')
        }
        return { mediaType: mediaType.startsWith('audio/') ? mediaType : 'audio/mpeg', pieces: readPieces(response) }
      } catch (error) {
        idle.end()
        signal.throwIfAborted()
        throw fail(error, 'speak', idle.signal)
      }

      async function* readPieces(response: Response): AsyncGenerator<Uint8Array, void> {
        let total = 0
        try {
          for await (const piece of response.body ?? []) {
            idle.restart()
            total += piece.byteLength
            if (total > maxSpeechBytes) throw new VoiceError(502, 'The voice service sent more than a text can be')
            yield piece
          }
        } catch (error) {
          signal.throwIfAborted()
          throw fail(error, 'speak', idle.signal)
        } finally {
          idle.end()
        }
      }
    },
  }
}

/** Most services answer JSON; some of them plain text whatever they are asked for. */
function readTranscript(body: string, contentType: string): string {
  if (contentType.startsWith('text/plain')) return body.trim()
  try {
    const parsed = JSON.parse(body) as unknown
    if (typeof parsed === 'object' && parsed !== null && 'text' in parsed && typeof parsed.text === 'string') {
      return parsed.text.trim()
    }
  } catch {
    // It is no JSON, which is the same to the person as JSON of another shape.
  }
  throw new VoiceError(502, 'The voice service sent something that is not a transcript')
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let total = 0
  for await (const piece of response.body ?? []) {
    total += piece.byteLength
    if (total > maxBytes) throw new VoiceError(502, 'The voice service sent something that is not a transcript')
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}

/** A signal that is aborted when nothing has restarted it for so long. */
function createIdleTimer(timeoutMs: number) {
  const controller = new AbortController()
  const begin = () => setTimeout(() => controller.abort(new Error('silence')), timeoutMs)
  let timer = begin()
  return {
    signal: controller.signal,
    restart: () => {
      clearTimeout(timer)
      timer = begin()
    },
    end: () => clearTimeout(timer),
  }
}
