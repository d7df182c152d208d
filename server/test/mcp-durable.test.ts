import { setTimeout as sleep } from 'node:timers/promises'
import { UrlElicitationRequiredError } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'
import { createLogger } from '../src/platform/logger.ts'
import { createMcpConnections, type McpConnections } from '../src/mcp-client/mcp-connections.ts'
import type { HttpServerConfig } from '../src/mcp-client/mcp-server-config.ts'
import type { OutsideOutcome } from '../src/tools/tool-runner.ts'
import { createKnownInMemory } from './mcp/known-in-memory.ts'
import { createOlderServer } from './mcp/older-server.ts'
import { servedTasks } from './mcp/served-tasks.ts'
import { createToolServer, textResult, type ServedTool } from './mcp/tool-server.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

const noSignal = new AbortController().signal
const form = { type: 'object' as const, properties: { size: { type: 'string' as const } }, required: ['size'] }
const question = (message: string) => ({
  method: 'elicitation/create' as const,
  params: { mode: 'form' as const, message, requestedSchema: form },
})

async function connect(url: string, more: Partial<HttpServerConfig> = {}): Promise<McpConnections> {
  const config: HttpServerConfig = {
    kind: 'http',
    name: 's',
    url: new URL(url),
    headers: {},
    allowedTools: null,
    trusted: true,
    timeoutMs: 10_000,
    ...more,
  }
  const connections = createMcpConnections({ logger: createLogger('silent'), known: createKnownInMemory() }, [config], {
    patienceMs: 20_000,
  })
  open.push(connections)
  await connections.list()
  return connections
}

async function serve(tools: readonly ServedTool[], more: Partial<HttpServerConfig> = {}) {
  const server = await createToolServer(tools)
  open.push(server)
  return { server, connections: await connect(server.url, more) }
}

function toAsks(outcome: OutsideOutcome) {
  if ('asks' in outcome) return outcome.asks
  throw new Error(`no question: ${JSON.stringify(outcome)}`)
}

test('a call takes its key along, and reports progress, which gives it more time', async () => {
  const tool: ServedTool = {
    name: 'slow',
    run: async (_args, { progress }) => {
      for (let step = 1; step <= 6; step += 1) {
        await sleep(200)
        await progress(step, `step ${step}`)
      }
      return textResult('there')
    },
  }
  const { server, connections } = await serve([tool], { timeoutMs: 900 })
  const reports: object[] = []
  const outcome = await connections.call('mcp__s__slow', {}, noSignal, { key: 'k', onProgress: (report) => reports.push(report) })
  expect(outcome).toEqual({ result: 'there' })
  expect(server.keys).toEqual(['k'])
  expect(reports.at(0)).toMatchObject({ progress: 1, total: 10, message: 'step 1' })
})

test('a stop reaches the server, and so does the end of a task', async () => {
  const stopped = Promise.withResolvers<void>()
  const tools: ServedTool[] = [
    {
      name: 'plain',
      run: (_args, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => (stopped.resolve(), resolve(textResult('late'))))),
    },
    { name: 'task', run: () => servedTasks.set('to-be-cancelled', { status: 'working' }) },
  ]
  const { server, connections } = await serve(tools)
  const abort = new AbortController()
  const plain = connections.call('mcp__s__plain', {}, abort.signal)
  await server.called(1)
  abort.abort()
  expect(await plain).toEqual({ unknown: 'It was stopped before s answered.' })
  await stopped.promise
  const second = new AbortController()
  const task = connections.call('mcp__s__task', {}, second.signal, { isCancelled: () => true })
  await expect.poll(() => servedTasks.polls('to-be-cancelled')).toBeGreaterThan(0)
  second.abort()
  expect(await task).toHaveProperty('unknown')
  await expect.poll(() => servedTasks.get('to-be-cancelled')?.status).toBe('cancelled')
})

test('a task is remembered before it is asked for, asked for again by another process, and its question is answered', async () => {
  const tool: ServedTool = {
    name: 'order',
    run: () => servedTasks.set('order-1', { status: 'input_required', inputRequests: { size: question('Which size?') } }),
  }
  const { server, connections } = await serve([tool])
  const remembered: object[] = []
  const asks = toAsks(
    await connections.call('mcp__s__order', {}, noSignal, {
      onTask: async (remote) => {
        expect(servedTasks.polls('order-1')).toBe(0)
        remembered.push(remote)
      },
    }),
  )
  expect(remembered).toEqual([{ round: 0, taskId: 'order-1' }])
  expect(asks).toEqual({ round: 0, taskId: 'order-1', questions: { size: { message: 'Which size?', schema: form } } })
  const { questions: _, ...task } = asks
  const other = await connect(server.url)
  const answered = other.call('mcp__s__order', {}, noSignal, {
    remote: { ...task, answers: { size: { action: 'accept', content: { size: 'L' } } } },
  })
  await expect
    .poll(() => servedTasks.updates)
    .toEqual([{ taskId: 'order-1', inputResponses: { size: { action: 'accept', content: { size: 'L' } } } }])
  servedTasks.set('order-1', { status: 'completed', result: textResult('ordered') })
  expect(await answered).toEqual({ result: 'ordered' })
  expect(server.calls).toHaveLength(1)
})

test('a question of the newer protocol is answered in another process, with the state of the server as it came', async () => {
  const tool: ServedTool = {
    name: 'book',
    run: (_args, { answers, state }) =>
      answers
        ? textResult(JSON.stringify({ answers, state }))
        : { resultType: 'input_required', inputRequests: { day: question('Which day?') }, requestState: 'state of the server' },
  }
  const { server, connections } = await serve([tool])
  const { questions, ...rest } = toAsks(await connections.call('mcp__s__book', { a: 1 }, noSignal))
  expect(questions).toEqual({ day: { message: 'Which day?', schema: form } })
  const other = await connect(server.url)
  const answer = { action: 'accept', content: { size: 'Monday' } } as const
  expect(await other.call('mcp__s__book', { a: 1 }, noSignal, { remote: { ...rest, answers: { day: answer } } })).toEqual({
    result: { answers: { day: answer }, state: 'state of the server' },
  })
})

test('[Q4] a question of the older protocol holds its call, for one person among several; after a restart its answer is kept for a repeat', async () => {
  const server = await createOlderServer(async ({ name }, ask) => {
    const { action, content } = await ask({ message: `Which size for ${String(name)}?`, requestedSchema: form })
    return textResult(`${String(name)}: ${action} ${JSON.stringify(content)}`)
  })
  open.push(server)
  const connections = await connect(server.url)
  const call = (name: string, remote: object | null = null, from = connections) =>
    from.call('mcp__s__wear', { name }, noSignal, { key: name, remote: remote as null })
  const [ann, bob] = await Promise.all([call('ann'), call('bob')])
  const answer = (outcome: OutsideOutcome, size: string) => {
    const { questions = {}, ...rest } = toAsks(outcome)
    const [key = ''] = Object.keys(questions)
    return { ...rest, answers: { [key]: { action: 'accept', content: { size } } } }
  }
  expect(Object.values(toAsks(ann).questions ?? {})).toEqual([{ message: 'Which size for ann?', schema: form }])
  expect(await call('bob', answer(bob, 'S'))).toEqual({ result: 'bob: accept {"size":"S"}' })
  const other = await connect(server.url)
  const kept = answer(ann, 'XL')
  expect(await call('ann', kept, other)).toEqual({
    unknown: 'The connection to s ended while its question waited for an answer.',
  })
  expect(await call('ann', { ...kept, held: false }, other)).toEqual({ result: 'ann: accept {"size":"XL"}' })
  await connections.abandon('mcp__s__wear', 'ann', toAsks(ann))
})

const address = {
  mode: 'url' as const,
  elicitationId: 'e1',
  message: 'Please sign in.',
  url: 'https://hotel.example/sign-in?e=e1',
}
const shown = {
  message: 'Please sign in.',
  url: address.url,
  schema: { type: 'object', properties: {}, additionalProperties: false },
}

test('[Q4] a tool of the newer protocol that asks to open an address goes on when the person was there', async () => {
  const tool: ServedTool = {
    name: 'book',
    run: (_args, { answers }) =>
      answers
        ? textResult(JSON.stringify(answers))
        : { resultType: 'input_required', inputRequests: { in: { method: 'elicitation/create', params: address } } },
  }
  const { connections } = await serve([tool])
  const { questions, ...rest } = toAsks(await connections.call('mcp__s__book', {}, noSignal))
  expect(questions).toEqual({ in: shown })
  expect(
    await connections.call('mcp__s__book', {}, noSignal, { remote: { ...rest, answers: { in: { action: 'accept' } } } }),
  ).toEqual({ result: { in: { action: 'accept' } } })
})

test('[Q4] a server of the older protocol that asks to open an address in the middle of a call goes on, and may ask for web addresses alone', async () => {
  const server = await createOlderServer(async ({ url }, ask) =>
    textResult(JSON.stringify(await ask({ ...address, url: String(url) }))),
  )
  open.push(server)
  const connections = await connect(server.url)
  const call = (url: string, remote: object | null = null) =>
    connections.call('mcp__s__wear', { url }, noSignal, { key: url, remote: remote as null })
  const { questions = {}, ...rest } = toAsks(await call(address.url))
  expect(Object.values(questions)).toEqual([shown])
  const [key = ''] = Object.keys(questions)
  expect(await call(address.url, { ...rest, answers: { [key]: { action: 'accept' } } })).toEqual({ result: { action: 'accept' } })
  // eslint-disable-next-line no-script-url
  expect(await call('javascript:alert(1)')).toEqual({ result: { action: 'decline' } })
})

test('[Q4] a call that a server refuses until an address was opened is made again after that, and not when the person declined', async () => {
  let isSignedIn = false
  const server = await createOlderServer(async () => {
    if (!isSignedIn) throw new UrlElicitationRequiredError([address])
    return textResult('worn')
  })
  open.push(server)
  const connections = await connect(server.url)
  const call = (remote: object | null = null) =>
    connections.call('mcp__s__wear', {}, noSignal, { key: 'k', remote: remote as null })
  const { questions, ...rest } = toAsks(await call())
  expect(questions).toEqual({ 'url:e1': shown })
  expect(await call({ ...rest, answers: { 'url:e1': { action: 'decline' } } })).toEqual({
    error: 'The person did not open the address that s needs for this call.',
  })
  expect(server.calls).toBe(1)
  expect(toAsks(await call({ ...rest, answers: { 'url:e1': { action: 'accept' } } })).questions, 'was not there').toEqual(
    questions,
  )
  isSignedIn = true
  expect(await call({ ...rest, answers: { 'url:e1': { action: 'accept' } } })).toEqual({ result: 'worn' })
  expect(server.calls).toBe(3)
})

test.each([
  ['done', { status: 'done', result: { paid: 7 } }, { result: { paid: 7 } }],
  ['failed', { status: 'failed', error: 'no money' }, { error: 'no money' }],
  ['not done', { status: 'not-done' }, 'not-done'],
  ['no clear answer', { status: 'perhaps' }, null],
])('[Q3] the tool that the server names says what became of a call: %s', async (_what, said, expected) => {
  const tools: ServedTool[] = [
    { name: 'pay', _meta: { 'holdfast/check': 'paid' } },
    { name: 'send' },
    { name: 'paid', annotations: { readOnlyHint: true }, run: () => textResult(JSON.stringify(said)) },
  ]
  const { server, connections } = await serve(tools)
  expect(await connections.probe('mcp__s__pay', 'key-1', noSignal)).toEqual(expected)
  expect(server.calls).toEqual([{ name: 'paid', args: { idempotencyKey: 'key-1' } }])
  expect(await connections.probe('mcp__s__send', 'key-1', noSignal)).toBe(null)
  // The operator's word counts for servers that are not trusted, too.
  const named = await connect(server.url, { trusted: false, check: { send: 'paid' } })
  expect(await named.probe('mcp__s__send', 'key-2', noSignal)).toEqual(expected)
  expect(await named.probe('mcp__s__pay', 'key-2', noSignal)).toBe(null)
})
