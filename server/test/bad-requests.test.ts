import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { countRows, type RowCounts } from './count-rows.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { everyProcedure } from './every-procedure.ts'
import { expectNothingInternal } from './expect-nothing-internal.ts'

let app: TestApp
let user: TestUser
let before: RowCounts
let logged = 0
const sockets: WebSocket[] = []

beforeAll(async () => {
  app = await createTestApp({ env: { OPENAI_API_KEY: 'sk-canary-of-the-provider' } })
  user = await app.createUser()
  before = await countRows(app.database, user)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await expectUntouched()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Asserts that nothing was changed, and that the server reports no failure of its own and keeps running. */
async function expectUntouched() {
  expect(await countRows(app.database, user)).toEqual(before)
  const news = app.logs.slice(logged)
  logged = app.logs.length
  expect(news.filter(({ level }) => Number(level) >= 50)).toEqual([])
  expect(await user.client.system.info.query()).toMatchObject({ name: 'holdfast' })
}

const send = { requestId: randomUUID(), content: 'x' }

async function request(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json', ...init.headers }
  const answer = await fetch(`${app.url}/trpc/${path}`, { ...init, headers })
  const text = await answer.text()
  expectNothingInternal(text)
  return { status: answer.status, text }
}

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  request(path, { method: 'POST', body, headers })

describe('over HTTP', () => {
  test('a mutation is never a GET, and a query never changes by POST (attack E4)', async () => {
    for (const [path, { type }] of Object.entries(everyProcedure)) {
      if (type === 'mutation') {
        const { status, text } = await request(`${path}?input=${encodeURIComponent(JSON.stringify(send))}`)
        expect([path, status]).toEqual([path, 405])
        expect(text).toContain('METHOD_NOT_SUPPORTED')
      } else if (type === 'query') {
        expect([path, (await post(path, '{}')).status]).toEqual([path, 405])
      }
    }
  })

  test.each(['PUT', 'PATCH', 'DELETE'])('%s is no method of a procedure', async (method) => {
    const { status } = await request('messages.send', { method, body: JSON.stringify(send) })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('ten calls are a batch, eleven are too many: none of them is run (attack E1)', async () => {
    const paths = (count: number) => Array.from({ length: count }, () => 'conversations.list').join(',')
    const input = encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [index, {}]))))
    expect((await request(`${paths(10)}?batch=1&input=${input}`)).status).toBe(200)
    const tooMany = await request(`${paths(11)}?batch=1&input=${input}`)
    expect(tooMany.status).toBe(400)
    expect(tooMany.text).toContain('Batch call exceeds maximum size')

    const creates = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [index, { conversationId: randomUUID() }]))
    const path = Array.from({ length: 11 }, () => 'conversations.create').join(',')
    expect((await post(`${path}?batch=1`, JSON.stringify(creates))).status).toBe(400)
  })

  test('a body above 256 KiB is too large, whatever is in it; 10 000 characters in their longest form are not (attack E2)', async () => {
    const { status, text } = await post('messages.send', JSON.stringify({ ...send, content: 'x'.repeat(300 * 1024) }))
    expect(status).toBe(413)
    expect(text).toContain('PAYLOAD_TOO_LARGE')
    expect((await post('messages.send', 'x'.repeat(300 * 1024))).status).toBe(413)

    // Each an escaped pair of surrogates. Refused for another reason than its size.
    const escaped = String.raw`\ud83d\ude00`.repeat(10_000)
    const fits = await post(
      'messages.send',
      `{"requestId":"${randomUUID()}","conversationId":"${randomUUID()}","content":"${escaped}"}`,
    )
    expect([fits.status, JSON.parse(fits.text)]).toMatchObject([404, { error: { data: { code: 'NOT_FOUND' } } }])
  })

  test('a body that is no JSON, or not of the right shape, is refused', async () => {
    const garbage = [
      '',
      '{',
      'nonsense',
      'null',
      '[]',
      '5',
      '"text"',
      `{"requestId":"${randomUUID()}"`,
      '\u0000',
      '{"__proto__":null}',
    ]
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const body of [...garbage, nested, `{"content":${nested}}`]) {
      const { status, text } = await post('messages.send', body)
      expect([body.slice(0, 20), status]).toEqual([body.slice(0, 20), 400])
      expect(JSON.parse(text)).toMatchObject({ error: { data: { httpStatus: 400 } } })
    }
    for (const input of ['{', 'nonsense', '%00', encodeURIComponent('{"0":')]) {
      expect((await request(`conversations.list?input=${input}`)).status).toBe(400)
    }
    expect((await request('conversations.list?input=%')).status).toBe(400)
  })

  test('a body in another form than JSON is refused', async () => {
    const statuses = []
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
    ]) {
      statuses.push((await post('messages.send', JSON.stringify(send), { 'content-type': type })).status)
    }
    // The last two are forms that tRPC knows and this procedure does not.
    expect(statuses).toEqual([415, 415, 400, 400])
  })

  test('a path that leads nowhere is not found', async () => {
    for (const path of ['', 'nothing', 'messages.send/../x', '%2e%2e%2f', 'a'.repeat(2_000), 'messages%00send']) {
      const { status } = await request(path)
      expect([path.slice(0, 30), status]).toEqual([path.slice(0, 30), 404])
    }
  })
})

describe('over a WebSocket', () => {
  async function open(): Promise<{ socket: WebSocket; next: () => Promise<string>; closed: Promise<number> }> {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/trpc?connectionParams=1`)
    sockets.push(socket)
    const messages: string[] = []
    const waiting: ((text: string) => void)[] = []
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      expectNothingInternal(text)
      const resolve = waiting.shift()
      if (resolve) resolve(text)
      else messages.push(text)
    })
    const closed = once(socket, 'close').then(([code]) => Number(code))
    await once(socket, 'open')
    socket.send(JSON.stringify({ method: 'connectionParams', data: { token: user.token } }))
    const next = () => {
      const known = messages.shift()
      return known === undefined ? new Promise<string>((resolve) => waiting.push(resolve)) : Promise.resolve(known)
    }
    return { socket, next, closed }
  }

  const call = (id: number, path: string, input: unknown, method = 'query') => ({
    id,
    jsonrpc: '2.0',
    method,
    params: { path, input },
  })

  test('[W7] a frame above 256 KiB closes the line (attack D7)', async () => {
    const { socket, closed } = await open()
    socket.send(JSON.stringify(call(1, 'messages.send', { ...send, content: 'x'.repeat(300 * 1024) }, 'mutation')))
    expect(await closed).toBe(1009)
  })

  test('a frame that is no call is answered with an error, and the connection stays open (attack D4)', async () => {
    const { socket, next } = await open()
    const odd = [
      'nonsense',
      '{',
      'null',
      '5',
      '"text"',
      '{}',
      '{"id":1}',
      '{"id":{},"method":"query","params":{"path":"system.info"}}',
    ]
    const calls = [
      call(1, 'nothing', {}),
      call(2, '__proto__', {}),
      { id: 3, method: 'query' },
      { id: 4, method: 'query', params: null },
      { id: 5, method: 'query', params: { path: 5 } },
      { id: 6, method: 'nothing', params: { path: 'system.info' } },
      call(7, 'messages.send', send, 'query'),
      call(8, 'system.info', undefined, 'mutation'),
      call(9, 'conversations.follow', { conversationId: randomUUID() }, 'query'),
    ]
    for (const text of [...odd, ...calls.map((one) => JSON.stringify(one))]) {
      socket.send(text)
      socket.send(JSON.stringify(call(99, 'tokens.list', undefined)))
      const answers = []
      do answers.push(JSON.parse(await next()) as { id: unknown })
      while (answers.at(-1)?.id !== 99)
      expect([text, ...answers]).toEqual([
        text,
        expect.objectContaining({ error: expect.anything() }),
        expect.objectContaining({ result: { type: 'data', data: { items: [] } } }),
      ])
    }
  })

  test('[W7] too many calls in one frame are refused (attack E1)', async () => {
    const { socket, next } = await open()
    const batch = (count: number) => Array.from({ length: count }, (_, index) => call(index + 1, 'system.info', undefined))
    socket.send(JSON.stringify(batch(33)))
    expect(await next()).toContain('Batch call exceeds maximum size')
  })

  test('a token in odd forms is none (attack D4)', async () => {
    for (const data of [
      null,
      {},
      { token: null },
      { token: 5 },
      { token: { a: 1 } },
      { token: [user.token] },
      { Token: user.token },
    ]) {
      const socket = new WebSocket(`${app.url.replace('http', 'ws')}/trpc?connectionParams=1`)
      sockets.push(socket)
      const answered = once(socket, 'message')
      const closed = once(socket, 'close')
      await once(socket, 'open')
      socket.send(JSON.stringify({ method: 'connectionParams', data }))
      socket.send(JSON.stringify(call(1, 'tokens.list', undefined)))
      const [end] = await Promise.race([answered, closed])
      const text = Buffer.isBuffer(end) ? end.toString() : 'closed'
      expect(text === 'closed' || text.includes('UNAUTHORIZED') || text.includes('BAD_REQUEST') || text.includes('"error"')).toBe(
        true,
      )
      expect(text).not.toContain('items')
      expectNothingInternal(text)
    }
  })
})
