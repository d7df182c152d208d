import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp } from '../testing/create-test-app.ts'
import { ask } from './send.ts'

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
})
type Span = z.infer<typeof spanSchema>
const bodySchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
})

/** A collector that takes OTLP over HTTP, as JSON. */
let collector: Server
let endpoint: string
const spans: Span[] = []
const bodies: string[] = []
const paths = new Set<string>()

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      paths.add(`${request.method} ${request.url}`)
      bodies.push(body)
      const { resourceSpans } = bodySchema.parse(JSON.parse(body))
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => collector.close())

const attributesOf = ({ attributes }: Span): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

test('the life of an answer is one trace, from send to its end, and holds no content', async () => {
  const secret = 'xylophone-4711'
  let messageId: string
  {
    await using app = await createTestApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/` } })
    const user = await app.createUser()
    messageId = (await ask(user, `tool add_task {"title":"${secret}"}`)).assistantMessageId
    await ask(user, 'error 401')
    // Closing the app sends what is left.
  }
  expect([...paths]).toEqual(['POST /v1/traces'])
  const ofMessage = spans.filter((span) => attributesOf(span)['holdfast.message_id'] === messageId)
  const names = ofMessage.map(({ name }) => name)
  expect(new Set(names)).toEqual(new Set(['send', 'queue', 'model call', 'flush', 'tool', 'answer']))
  expect(names.filter((name) => name === 'model call')).toHaveLength(2)

  const whole = ofMessage.find(({ name }) => name === 'answer')
  if (!whole) throw new Error('no span for the whole answer')
  expect(whole.parentSpanId ?? '').toBe('')
  expect(attributesOf(whole)).toMatchObject({ 'holdfast.status': 'completed', 'gen_ai.request.model': 'scripted-1' })
  for (const span of ofMessage) {
    expect(span.traceId).toBe(whole.traceId)
    expect(span.endTimeUnixNano).toBeGreaterThanOrEqual(span.startTimeUnixNano)
    if (span !== whole) expect(span.parentSpanId).toBe(whole.spanId)
  }
  const startOf = (name: string) => ofMessage.find((span) => span.name === name)?.startTimeUnixNano ?? 0n
  expect(startOf('send')).toBeLessThanOrEqual(startOf('model call'))
  expect(startOf('model call')).toBeLessThanOrEqual(startOf('tool'))

  const failed = spans.filter(({ status }) => status?.code === 2)
  expect(failed.map(({ name, status }) => [name, status?.message])).toEqual(
    expect.arrayContaining([
      ['model call', 'provider-unauthorized'],
      ['answer', 'provider-unauthorized'],
    ]),
  )
  expect(bodies.join()).not.toContain(secret)
})

test('a collector that is away costs spans, not answers, and is reported without its address', async () => {
  const logs: readonly Record<string, unknown>[] = await (async () => {
    await using app = await createTestApp({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hidden-password@127.0.0.1:9' },
    })
    const answer = await ask(await app.createUser(), 'say hello')
    expect(answer.response).toBe('hello')
    return app.logs
  })()
  expect(logs.filter(({ event }) => event === 'traces-not-sent').length).toBeGreaterThan(0)
  expect(JSON.stringify(logs)).not.toContain('hidden-password')
})

const appFile = new URL('../src/app/app.ts', import.meta.url).href
const tracesFile = new URL('../src/platform/open-traces.ts', import.meta.url).href

test('without a collector its libraries are not loaded', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => (name.startsWith('@opentelemetry/sdk') && console.log(name), next(name, context)) })
    await import(${JSON.stringify(appFile)})
    console.log('the app is loaded')
    await import(${JSON.stringify(tracesFile)})`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  const [first, ...rest] = stdout.trim().split('\n')
  expect(first).toBe('the app is loaded')
  expect(rest).toContain('@opentelemetry/sdk-trace')
})
