import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { environmentToConfig } from '../src/config/config.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createVoiceService } from '../src/voice/voice-service.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createScriptedVoice, type ScriptedVoice, type VoiceAnswer } from '../testing/scripted-voice.ts'
import { expectNothingInternal } from './expect-nothing-internal.ts'

const key = 'sk-voice-canary-key'
const json: (status: number, body: unknown) => VoiceAnswer = (status, body) => (response) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const hears = json(200, { text: ' Kelp holds fast. ' })

let voice: ScriptedVoice
let app: TestApp
let user: TestUser
beforeAll(async () => {
  voice = await createScriptedVoice()
  app = await createTestApp({
    env: {
      VOICE_BASE_URL: voice.baseUrl,
      VOICE_API_KEY: key,
      VOICE_TRANSCRIBE_MODEL: 'whisper-small, whisper-large',
      VOICE_SPEECH_MODEL: 'tts-small',
      VOICE_SPEECH_VOICE: 'nova',
    },
  })
  user = await app.createUser()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await voice[Symbol.asyncDispose]()
})
beforeEach(() => voice.script(hears))

interface Sent {
  readonly body?: Uint8Array<ArrayBuffer> | string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly to?: Pick<TestApp, 'url'>
}

function post(path: string, { body = 'sound', headers = {}, signal, to = app }: Sent = {}): Promise<Response> {
  return fetch(`${to.url}/api/voice${path}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${user.token}`, ...headers },
    ...(signal ? { signal } : {}),
  })
}
const transcribe = (sent: Sent = {}, query = '') =>
  post(`/transcriptions${query}`, { ...sent, headers: { 'content-type': 'audio/webm;codecs=opus', ...sent.headers } })
const speak = (body: unknown, sent: Sent = {}) =>
  post('/speech', { ...sent, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...sent.headers } })
const readError = async (response: Response) => ({ status: response.status, ...((await response.json()) as { message: string }) })

describe('a recording', () => {
  test('[K1] arrives at the service byte by byte, with the key in the header, and its words come back', async () => {
    const before = voice.requests.length
    const bytes = randomBytes(3_000_000)
    const response = await transcribe({ body: new Uint8Array(bytes) })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ text: 'Kelp holds fast.' })
    const request = voice.requests[before]
    expect(request).toMatchObject({
      path: '/v1/audio/transcriptions',
      headers: { authorization: `Bearer ${key}` },
      fields: { model: 'whisper-small', response_format: 'json' },
      file: { name: 'recording.webm', mediaType: 'audio/webm' },
    })
    const hash = (data: Uint8Array = new Uint8Array()) => createHash('sha256').update(data).digest('hex')
    expect(hash(request?.file?.bytes)).toBe(hash(bytes))
  })

  test('[K1] can be heard by another of the configured models, and by no other', async () => {
    expect((await transcribe({}, '?model=whisper-large')).status).toBe(200)
    expect(voice.requests.at(-1)?.fields).toMatchObject({ model: 'whisper-large' })
    const before = voice.requests.length
    expect(await readError(await transcribe({}, '?model=gpt-9'))).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
      message: 'model: is not one of the configured models',
    })
    expect(voice.requests).toHaveLength(before)
  })

  test.each([
    ['audio/mp4', 'recording.mp4'],
    ['audio/ogg; codecs=opus', 'recording.ogg'],
    ['video/webm', 'recording.webm'],
    ['AUDIO/WAV', 'recording.wav'],
  ])('of the type %s is named %s', async (type, name) => {
    expect((await transcribe({ headers: { 'content-type': type } })).status).toBe(200)
    expect(voice.requests.at(-1)?.file?.name).toBe(name)
  })

  test('in which nothing was said has no words, and one of a service without JSON has its text', async () => {
    voice.script(json(200, { text: '' }))
    expect(await (await transcribe()).json()).toEqual({ text: '' })
    voice.script((response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('Plain words.\n'))
    expect(await (await transcribe()).json()).toEqual({ text: 'Plain words.' })
  })

  test('[K1] that is empty, too large or no sound is refused before the service is asked', async () => {
    const before = voice.requests.length
    expect(await readError(await transcribe({ body: '' }))).toMatchObject({ status: 400, message: 'The recording is empty' })
    const large = await transcribe({ body: new Uint8Array(25 * 1024 * 1024 + 1) }).catch(() => null)
    if (large) expect(await readError(large)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
    for (const type of ['text/html', 'application/json', 'multipart/form-data; boundary=a', '']) {
      expect(await readError(await transcribe({ headers: { 'content-type': type } }))).toMatchObject({ status: 415 })
    }
    const compressed = await transcribe({ headers: { 'content-encoding': 'gzip' } })
    expect(compressed.status).toBe(415)
    expect(voice.requests).toHaveLength(before)
  })

  test.each([
    [401, 502, /VOICE_API_KEY/u],
    [403, 502, /VOICE_API_KEY/u],
    [404, 502, /does not know the model/u],
    [400, 422, /could not read/u],
    [413, 413, /too long/u],
    [429, 503, /Try again in a moment/u],
    [500, 502, /failed\. Try again/u],
  ])('that the service answers with %d is answered with %d, in plain words', async (theirs, ours, words) => {
    voice.script(json(theirs, { error: { message: `canary: Incorrect API key provided: ${key}. at /usr/lib/x.py:1:2` } }))
    const error = await readError(await transcribe())
    expect(error).toMatchObject({ status: ours, message: expect.stringMatching(words), requestId: expect.any(String) })
    expectNothingInternal(error)
    expect(JSON.stringify(error)).not.toContain(key)
  })

  test.each<[string, VoiceAnswer]>([
    ['no transcript', json(200, { words: [] })],
    ['a web page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>canary</p>')],
    ['a redirect', (response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end()],
    [
      'half an answer',
      (response) => void response.writeHead(200, { 'content-length': '50' }).write('{"te', () => response.destroy()),
    ],
    ['two megabytes', (response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('a'.repeat(2_000_000))],
  ])('that is answered with %s is a 502', async (_what, answer) => {
    voice.script(answer)
    const error = await readError(await transcribe())
    expect(error.status).toBe(502)
    expectNothingInternal(error)
  })

  test('[K3] whose sender has gone is given up at the service, too', async () => {
    voice.script(() => undefined)
    const before = voice.requests.length
    const stop = new AbortController()
    const response = transcribe({ signal: stop.signal })
    await vi.waitFor(() => expect(voice.requests).toHaveLength(before + 1), { timeout: 60_000 })
    stop.abort()
    await expect(response).rejects.toThrow()
    expect(await voice.requests[before]?.closed).toBe(false)
  })

  test('is no more than three of one user at a time; a fourth is told to wait, and other users are not', async () => {
    const waiting: (() => void)[] = []
    voice.script((response, request) => void waiting.push(() => void hears(response, request)))
    const first = [transcribe(), transcribe(), transcribe()]
    await vi.waitFor(() => expect(waiting).toHaveLength(3), { timeout: 60_000 })
    const fourth = await transcribe()
    expect([fourth.status, fourth.headers.get('retry-after')]).toEqual([429, '2'])
    voice.script(hears)
    const other = await app.createUser()
    expect((await transcribe({ headers: { authorization: `Bearer ${other.token}` } })).status).toBe(200)
    for (const release of waiting) release()
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200])
    await vi.waitFor(async () => expect((await transcribe()).status).toBe(200), { timeout: 60_000 })
  })
})

describe('speech', () => {
  const sound = randomBytes(50_000)
  const says: VoiceAnswer = (response) => void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(sound)

  test('[K2] is made of the text by the configured model and voice, and arrives byte by byte', async () => {
    voice.script(says)
    const response = await speak({ text: 'Kelp “holds” fast. 海藻' })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/mpeg'])
    expect(Buffer.from(await response.arrayBuffer()).equals(sound)).toBe(true)
    expect(voice.requests.at(-1)).toMatchObject({
      path: '/v1/audio/speech',
      headers: { authorization: `Bearer ${key}` },
      fields: { model: 'tts-small', voice: 'nova', input: 'Kelp “holds” fast. 海藻', response_format: 'mp3' },
    })
  })

  test('[K2] begins before the service has made all of it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    voice.script(async (response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).write('first')
      await promise
      response.end('last')
    })
    const reader = (await speak({ text: 'Kelp.' })).body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('first')
    resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
  })

  test('[K2] has a text, of at most 4,096 characters, and nothing else', async () => {
    voice.script(says)
    expect((await speak({ text: '😀'.repeat(4_096) })).status).toBe(200)
    const before = voice.requests.length
    const bad = [{}, { text: '' }, { text: ' \n' }, { text: 3 }, { text: 'a'.repeat(4_097) }, { text: 'a', voice: 'b' }, [], null]
    for (const body of bad) {
      const error = await readError(await speak(body))
      expect([JSON.stringify(body).slice(0, 20), error.status]).toEqual([JSON.stringify(body).slice(0, 20), 400])
      expectNothingInternal(error)
    }
    expect(await readError(await speak({ text: 'a'.repeat(4_097) }))).toMatchObject({
      message: 'text: must have at most 4096 characters',
    })
    expect(await readError(await speak({ text: 'a', voice: 'b' }))).toMatchObject({ message: 'voice: is not a known field' })
    expect((await speak({ text: 'a'.repeat(70_000) })).status).toBe(413)
    expect((await post('/speech', { body: 'text=a', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    expect(voice.requests).toHaveLength(before)
  })

  test('that is no sound is a 502; a break in the middle does not look like the end', async () => {
    voice.script(json(200, { sound: 'canary' }))
    expect(await readError(await speak({ text: 'Kelp.' }))).toMatchObject({ status: 502 })
    voice.script((response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '100' }).write('half', () => response.destroy())
    })
    await expect(speak({ text: 'Kelp.' }).then((response) => response.arrayBuffer())).rejects.toThrow()
  })

  test('[K3] that nobody listens to any more ends at the service', async () => {
    voice.script((response) => void response.writeHead(200, { 'content-type': 'audio/mpeg' }).write('first'))
    const stop = new AbortController()
    const response = await speak({ text: 'Kelp.' }, { signal: stop.signal })
    expect(response.status).toBe(200)
    stop.abort()
    expect(await voice.requests.at(-1)?.closed).toBe(false)
  })
})

describe('the way in', () => {
  test('is for users and guests: no token, a cookie, a wrong token and a foreign page are refused', async () => {
    const before = voice.requests.length
    for (const path of ['/transcriptions', '/speech']) {
      const headers = { 'content-type': path === '/speech' ? 'application/json' : 'audio/webm' }
      const refused = [
        { authorization: '' },
        { authorization: '', cookie: user.cookie },
        { authorization: 'Bearer nonsense' },
        { authorization: `Bearer ${user.token.slice(0, -4)}AAAA` },
      ]
      for (const more of refused) {
        const response = await post(path, { headers: { ...headers, ...more } })
        expect(await readError(response)).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
      }
      const foreign = await post(path, { headers: { ...headers, origin: 'https://evil.example' } })
      expect(foreign.status).toBe(403)
      const get = await fetch(`${app.url}/api/voice${path}`, { headers: { authorization: `Bearer ${user.token}` } })
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    }
    const nothing = await post('/nothing')
    expect([nothing.status, nothing.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8'])
    expect(voice.requests).toHaveLength(before)
  })

  test('a session that has ended is refused', async () => {
    const left = await app.createUser()
    const signOut = await fetch(`${app.url}/api/auth/sign-out`, { method: 'POST', headers: { cookie: left.cookie } })
    expect(signOut.status).toBe(200)
    const response = await transcribe({ headers: { authorization: `Bearer ${left.token}` } })
    expect(response.status).toBe(401)
  })

  test('a recording costs twenty calls, and says when to come again', async () => {
    await using small = await createTestApp({
      env: { VOICE_BASE_URL: voice.baseUrl, VOICE_TRANSCRIBE_MODEL: 'whisper-1', CALLS_PER_MINUTE: '60' },
    })
    const guest = await small.createUser()
    const send = () => transcribe({ to: small, headers: { authorization: `Bearer ${guest.token}` } })
    expect((await send()).status).toBe(200)
    const second = await send()
    expect(await readError(second.clone())).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a server', () => {
  test('says in system.info what it has, and never the key or the address', async () => {
    const info = await user.client.system.info.query()
    expect(info.voice).toEqual({
      transcription: { models: ['whisper-small', 'whisper-large'], maxBytes: 26_214_400 },
      speech: { maxCharacters: 4_096 },
    })
    expect(JSON.stringify(info)).not.toContain(key)
    expect(JSON.stringify(info)).not.toContain(new URL(voice.baseUrl).host)
  })

  test('without a voice service says so', async () => {
    await using plain = await createTestApp()
    const guest = await plain.createUser()
    expect((await guest.client.system.info.query()).voice).toEqual({ transcription: null, speech: null })
    const headers = { authorization: `Bearer ${guest.token}` }
    expect(await readError(await transcribe({ to: plain, headers }))).toMatchObject({
      status: 404,
      message: 'No speech recogniser is configured on this server',
    })
    expect(await readError(await speak({ text: 'a' }, { to: plain, headers }))).toMatchObject({
      status: 404,
      message: 'No voice is configured on this server',
    })
  })

  test('a service that says nothing, or cannot be reached, is given up in time', async () => {
    const settings = { apiKey: null, transcribeModels: ['a'], speech: { model: 'b', voice: 'c' } }
    const recording = { bytes: new Uint8Array([1]), mediaType: 'audio/webm', model: 'a' }
    const logger = createLogger('silent')
    const { signal } = new AbortController()
    voice.script(() => undefined)
    const silent = createVoiceService({
      settings: { ...settings, baseUrl: voice.baseUrl },
      logger,
      transcribeTimeoutMs: 50,
      speechTimeoutMs: 50,
    })
    await expect(silent.transcribe(recording, signal)).rejects.toMatchObject({ status: 504 })
    expect(voice.requests.at(-1)?.headers.authorization).toBeUndefined()
    await expect(silent.speak('a', signal)).rejects.toMatchObject({ status: 504 })
    const away = createVoiceService({ settings: { ...settings, baseUrl: 'http://127.0.0.1:9/v1' }, logger })
    await expect(away.transcribe(recording, signal)).rejects.toMatchObject({
      status: 502,
      message: 'The voice service cannot be reached. Try again in a moment',
    })
  })
})

describe('the settings', () => {
  const read = (env: Record<string, string>) => environmentToConfig(env).voice

  test('are none without any, and blank ones are none', () => {
    expect(read({})).toBeNull()
    expect(read({ VOICE_BASE_URL: ' ', VOICE_API_KEY: '', VOICE_TRANSCRIBE_MODEL: ' ', VOICE_SPEECH_VOICE: '' })).toBeNull()
  })

  test('a key alone is OpenAI; an address uses the models that are named', () => {
    expect(read({ VOICE_API_KEY: 'sk-1' })).toEqual({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-1',
      transcribeModels: ['gpt-4o-mini-transcribe'],
      speech: { model: 'gpt-4o-mini-tts', voice: 'alloy' },
    })
    expect(read({ VOICE_BASE_URL: 'http://localhost:8000/v1/', VOICE_TRANSCRIBE_MODEL: 'a/b:c, d ,a/b:c' })).toEqual({
      baseUrl: 'http://localhost:8000/v1',
      apiKey: null,
      transcribeModels: ['a/b:c', 'd'],
      speech: null,
    })
  })

  test.each([
    [{ VOICE_BASE_URL: 'localhost:8000' }, 'VOICE_BASE_URL: must be an http:// or https:// address'],
    [
      { VOICE_BASE_URL: 'http://u:p@localhost', VOICE_SPEECH_MODEL: 'a' },
      'VOICE_BASE_URL: must not hold a password; set VOICE_API_KEY',
    ],
    [{ VOICE_BASE_URL: 'http://localhost/v1?a=b', VOICE_SPEECH_MODEL: 'a' }, 'VOICE_BASE_URL: must end with its path, e.g. /v1'],
    [{ VOICE_BASE_URL: 'http://localhost' }, /^VOICE_BASE_URL: needs VOICE_TRANSCRIBE_MODEL or VOICE_SPEECH_MODEL/u],
    [{ VOICE_TRANSCRIBE_MODEL: 'a' }, 'VOICE_TRANSCRIBE_MODEL: needs VOICE_BASE_URL or VOICE_API_KEY'],
    [{ VOICE_SPEECH_VOICE: 'a' }, 'VOICE_SPEECH_VOICE: needs VOICE_BASE_URL or VOICE_API_KEY'],
    [{ VOICE_API_KEY: 'sk 1' }, 'VOICE_API_KEY: may hold only letters, digits and signs of ASCII'],
    [{ VOICE_API_KEY: 'a', VOICE_SPEECH_MODEL: 'a b' }, /^VOICE_SPEECH_MODEL: must be letters/u],
    [{ VOICE_API_KEY: 'a', VOICE_TRANSCRIBE_MODEL: ',' }, /^VOICE_TRANSCRIBE_MODEL: must be 1 to 10 names/u],
    [
      { VOICE_BASE_URL: 'http://localhost', VOICE_TRANSCRIBE_MODEL: 'a', VOICE_SPEECH_VOICE: 'b' },
      'VOICE_SPEECH_VOICE: needs VOICE_SPEECH_MODEL',
    ],
  ])('%j is refused in one line', (env, message) => {
    expect(() => read(env as unknown as Record<string, string>)).toThrow(message)
  })
})
