import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request of the voice service, as it came over the wire. */
export interface VoiceRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The fields of a transcription's form, or the JSON of a speech request. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The recording; null in a request for speech. */
  readonly file: { readonly name: string; readonly mediaType: string; readonly bytes: Buffer } | null
  /** Resolves when the connection is closed; true: the answer was complete. */
  readonly closed: Promise<boolean>
}

export type VoiceAnswer = (response: ServerResponse, request: VoiceRequest) => void | Promise<void>

/** An OpenAI-compatible voice service on a real socket that does what a test tells it. */
export interface ScriptedVoice extends AsyncDisposable {
  /** For `VOICE_BASE_URL`: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string
  readonly requests: readonly VoiceRequest[]
  /** Sets the answer to every next request. Until then it hears and says "Kelp holds fast." */
  script(answer: VoiceAnswer): void
}

/** The smallest sound: half a second of silence, 8 kHz, one channel. */
const silence = createSilence()

const usual: VoiceAnswer = (response, { file }) => {
  if (file) response.setHeader('content-type', 'application/json').end(JSON.stringify({ text: 'Kelp holds fast.' }))
  else response.setHeader('content-type', 'audio/wav').end(silence)
}

export async function createScriptedVoice(): Promise<ScriptedVoice> {
  const requests: VoiceRequest[] = []
  let answer = usual
  const server = createServer(async (message, response) => {
    const body = await buffer(message)
    const type = message.headers['content-type'] ?? ''
    const closed = new Promise<boolean>((resolve) => response.once('close', () => resolve(response.writableFinished)))
    const request = { path: message.url ?? '', headers: message.headers, closed, ...(await readBody(body, type)) }
    requests.push(request)
    await answer(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (next) => {
      answer = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(body: Buffer, type: string): Promise<Pick<VoiceRequest, 'fields' | 'file'>> {
  if (type.startsWith('application/json')) return { fields: JSON.parse(body.toString()) as Record<string, unknown>, file: null }
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const file = form.get('file')
  const fields = Object.fromEntries([...form.entries()].filter(([name]) => name !== 'file'))
  if (!(file instanceof File)) return { fields, file: null }
  return { fields, file: { name: file.name, mediaType: file.type, bytes: Buffer.from(await file.arrayBuffer()) } }
}

/** Half a second of nothing, as a WAV file. */
export function createSilence(): Buffer {
  const samples = 4_000
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples, 40)
  return Buffer.concat([header, Buffer.alloc(samples, 128)])
}
