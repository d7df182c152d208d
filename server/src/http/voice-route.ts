import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { maxRecordingBytes, maxSpokenLength, type Id } from '@holdfast/shared'
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { clientIpHeader } from '../config/client-ip-header.ts'
import type { CallLimits } from '../platform/call-limits.ts'
import { Refusal } from '../platform/refusal.ts'
import { VoiceError } from '../voice/voice-error.ts'
import { createVoicePlaces } from '../voice/voice-places.ts'
import { recordingTypes, type VoiceService } from '../voice/voice-service.ts'
import type { VoiceSettings } from '../voice/voice-settings.ts'
import { refuse } from './http-error.ts'

export interface VoiceRouteDeps {
  /** Null: not configured. */
  readonly voice: { readonly settings: VoiceSettings; readonly service: VoiceService } | null
  readonly callLimits: CallLimits
  /** The user of a request; null without a valid token. */
  readonly authenticate: (request: IncomingMessage) => Promise<Id | null>
}

/** Compared with a plain call: both cost the operator money, or a graphics card its time. */
const costs = { transcription: 20, speech: 10 }
const places = { perUser: 3, total: 24 }
const retryAfterSeconds = 2
/** Every character may be escaped, and some are two escapes. */
const maxSpeechBody = '64kb'

const spokenText = z
  .string('must be a string')
  .trim()
  .min(1, 'must not be empty')
  .refine((text) => Array.from(text).length <= maxSpokenLength, `must have at most ${maxSpokenLength} characters`)
const speechBody = z.strictObject({ text: spokenText })

/**
 * `/api/voice`: [K1] `POST /transcriptions` takes the bytes of a recording and answers `{ text }`; [K2] `POST /speech` takes
 * `{ text }` and answers its sound. Both need the user's token. The key of the service never leaves the server, and a call of it ends when
 * the person has gone. Errors are `{ code, message, requestId }`.
 */
export function createVoiceRoute(deps: VoiceRouteDeps): Router {
  const { voice } = deps
  const held = createVoicePlaces(places)

  /** Lets a request of a user in, and takes its place until it is answered. */
  const admit =
    (cost: number): RequestHandler =>
    async (request, response, next) => {
      if (request.method !== 'POST') {
        response.setHeader('allow', 'POST')
        return refuse(response, 405)
      }
      const userId = await deps.authenticate(request)
      if (userId === null) return refuse(response, 401)
      try {
        deps.callLimits.take({ userId, address: String(request.headers[clientIpHeader] ?? '') || null }, cost)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        response.setHeader('retry-after', Math.ceil((error.retryAfterMs ?? 1_000) / 1_000))
        return refuse(response, 429, error.message)
      }
      const free = held.take(userId)
      if (free === null) {
        response.setHeader('retry-after', retryAfterSeconds)
        return refuse(response, 429, 'Too many recordings or texts at the same time. Wait a moment, then try again')
      }
      response.once('close', free)
      next()
    }

  return Router({ caseSensitive: true, strict: true })
    .all(
      '/transcriptions',
      admit(costs.transcription),
      (request, response, next) => {
        const models = voice?.settings.transcribeModels ?? []
        const type = requestToMediaType(request)
        const model = new URLSearchParams(request.originalUrl.split('?').slice(1).join('?')).get('model')
        if (models.length === 0) return refuse(response, 404, 'No speech recogniser is configured on this server')
        if (!recordingTypes.includes(type)) {
          return refuse(response, 415, `content-type: must be one of ${recordingTypes.join(', ')}`)
        }
        if (model !== null && !models.includes(model)) return refuse(response, 400, 'model: is not one of the configured models')
        response.locals['model'] = model ?? models[0]
        next()
      },
      express.raw({ type: () => true, limit: maxRecordingBytes, inflate: false }),
      async (request, response) => {
        const bytes: unknown = request.body
        if (!Buffer.isBuffer(bytes) || bytes.length === 0) return refuse(response, 400, 'The recording is empty')
        const signal = untilGone(response)
        const recording = {
          bytes: new Uint8Array(bytes),
          mediaType: requestToMediaType(request),
          model: String(response.locals['model']),
        }
        await answer(response, signal, async () => {
          const text = await voice?.service.transcribe(recording, signal)
          response.json({ text })
        })
      },
    )
    .all('/speech', admit(costs.speech), express.json({ limit: maxSpeechBody, inflate: false }), async (request, response) => {
      if (!voice?.settings.speech) return refuse(response, 404, 'No voice is configured on this server')
      if (!request.is('application/json')) return refuse(response, 415)
      const parsed = speechBody.safeParse(request.body)
      if (!parsed.success) return refuse(response, 400, issueToMessage(parsed.error))
      const signal = untilGone(response)
      await answer(response, signal, async () => {
        const { mediaType, pieces } = await voice.service.speak(parsed.data.text, signal)
        response.setHeader('content-type', mediaType)
        response.setHeader('x-content-type-options', 'nosniff')
        response.setHeader('content-security-policy', "sandbox; default-src 'none'")
        await pipeline(Readable.from(pieces), response)
      })
    })
}

/** Runs the answer of a request, and turns a failure of the service into one of ours. Nobody hears an answer that comes too late. */
async function answer(response: Response, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (signal.aborted) return
    // A part must not look like the whole.
    if (response.headersSent) response.destroy()
    else if (error instanceof VoiceError) {
      if (error.status === 503) response.setHeader('retry-after', retryAfterSeconds)
      refuse(response, error.status, error.message)
    } else throw error
  }
}

/** Aborted when the connection closes before the answer is complete. */
function untilGone(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the person has gone'))
  })
  return gone.signal
}

/** Browsers add the codec, and name the container of a recording after pictures where it could hold some. */
function requestToMediaType(request: Request): string {
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';', 1)
  return type.trim().replace(/^video\/(?=webm$|mp4$)/u, 'audio/')
}

function issueToMessage(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') return `${issue.keys[0]}: is not a known field`
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`
}
