import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ToolCallPart } from '@holdfast/shared'
import { createTRPCClient, createWSClient, httpLink, httpSubscriptionLink, wsLink } from '@trpc/client'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { defineAuth, defineConfig, defineProvider, defineTool, ToolError, type AppRouter, type Extension } from '../src/index.ts'
import { createTestApp, createTestUser, type TestApp } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createSampleProject, samples } from './extending/sample-project.ts'
import { follow } from './follow.ts'
import { runProgram } from './packaging/run-program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tool = {
  name: 'look_up',
  description: 'Looks something up.',
  input: z.object({ word: z.string(), deep: z.object({ level: z.int().optional() }).optional() }),
  output: z.object({ meaning: z.string() }),
  effect: 'transaction' as const,
  run: async ({ word }: { word: string }) => ({ meaning: word.toUpperCase() }),
}

test('the arguments and the result of a tool have the types of its schemas', () => {
  defineTool({
    ...tool,
    effect: 'transaction',
    approval: (args) => {
      expectTypeOf(args).toEqualTypeOf<{ word: string; deep?: { level?: number | undefined } | undefined }>()
      return args.word === 'x'
    },
    run: async (args, context) => {
      expectTypeOf(args.word).toEqualTypeOf<string>()
      expectTypeOf(context.userId).toEqualTypeOf<string>()
      expectTypeOf(context.sql<{ n: number }>``).toEqualTypeOf<Promise<{ n: number }[]>>()
      expectTypeOf(context).not.toHaveProperty('idempotencyKey')
      return { meaning: args.word }
    },
  })
  defineTool({
    ...tool,
    effect: 'external',
    run: async (_args, context) => {
      expectTypeOf(context.idempotencyKey).toEqualTypeOf<string>()
      expectTypeOf(context).not.toHaveProperty('sql')
      return { meaning: '' }
    },
  })
  // @ts-expect-error the result does not fit the schema
  defineTool({ ...tool, run: async () => ({ meaning: 1 }) })
})

test.for<[string, () => unknown, string]>([
  ['a name that providers refuse', () => defineTool({ ...tool, name: 'look up' }), 'The tool look up: name: must be 1 to 64'],
  ['a name of MCP', () => defineTool({ ...tool, name: 'mcp__a' }), 'The tool mcp__a: name: must not begin with mcp__'],
  ['no description', () => defineTool({ ...tool, description: '' }), 'The tool look_up: description: must say'],
  ['a list as its input', () => defineTool({ ...tool, input: z.array(z.string()) as never }), 'The tool look_up: input: must be'],
  ['a date', () => defineTool({ ...tool, input: z.object({ day: z.date() }) as never }), 'The tool look_up: input.day: Date'],
  ['an effect of its own', () => defineTool({ ...tool, effect: 'both' as never }), 'The tool look_up: effect: must be'],
  ['an unknown field', () => defineTool({ ...tool, aproval: 'always' } as never), 'The tool look_up: aproval: is not a field'],
  [
    'no models',
    () => defineProvider({ id: 'a', name: 'A', models: [], stream: async function* () {} }),
    'The provider a: models:',
  ],
  [
    'no function',
    () => defineAuth({ id: 'a', authenticate: 1 as never }),
    'The sign-in (auth): authenticate: must be a function',
  ],
  [
    'a tool that is none',
    () => defineConfig({ tools: [{ name: 'x' } as never] }),
    'defineConfig: tools.0: must be what defineTool',
  ],
])('%s is refused with a sentence that names the field', ([, define, message]) => {
  expect(define).toThrow(message)
})

test('two tools of one name stop the start', async () => {
  const extension = { tools: [defineTool({ ...tool, name: 'add_task' })] }
  await expect(createTestApp({ overrides: { extension } })).rejects.toThrow('The tool add_task: name: another tool')
})

describe('tools', () => {
  const run = async (defined: Extension['tools'], args: object, name = 'look_up') => {
    await using app = await createTestApp({ overrides: { extension: { tools: defined } } })
    app.provider.script(inTurn(toolCalls({ name, args }), text('Done.')))
    const user = await app.createUser()
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Go' })
    const reader = follow(user.client, sent.conversationId)
    const message = () => reader.message(sent.assistantMessageId)
    await reader.until(() => message()?.status === 'completed' || message()?.status === 'waiting')
    const call = message()?.parts.find((part): part is ToolCallPart => part.type === 'tool-call')
    return { call, status: message()?.status, logs: [...app.logs], request: app.provider.requests[0]?.body }
  }

  test('nested arguments reach the tool, and its result the model', async () => {
    const { call, request } = await run([defineTool(tool)], { word: 'hi', deep: { level: 2 } })
    expect(call).toMatchObject({ state: 'done', result: { meaning: 'HI' } })
    expect(JSON.stringify(request)).toContain('"level"')
  })

  test('a result that does not fit is an error for the model and a line of the log, and nothing of it is shown', async () => {
    const wrong = defineTool({ ...tool, run: async () => ({ meaning: { secret: 'internal' } }) as never })
    const { call, logs } = await run([wrong], { word: 'hi' })
    expect(call).toMatchObject({
      state: 'failed',
      error: 'The tool gave a result that does not fit its description. Nothing was changed.',
    })
    expect(logs).toContainEqual(expect.objectContaining({ event: 'tool-failed', name: 'look_up' }))
  })

  test('the model reads a ToolError, and of any other error nothing', async () => {
    const throwing = (error: Error) => [defineTool({ ...tool, run: () => Promise.reject(error) })]
    expect((await run(throwing(new ToolError('No such word.')), { word: 'a' })).call).toMatchObject({ error: 'No such word.' })
    const { call } = await run(throwing(new Error('internal')), { word: 'a' })
    expect(call).toMatchObject({ error: 'The tool failed. Nothing was changed.' })
  })

  test('the transaction stays ours: `commit` is refused, and so is a statement after the end', async () => {
    let late: (() => Promise<unknown>) | undefined
    const committing = defineTool({
      ...tool,
      effect: 'transaction',
      run: async (_args, { sql }) => {
        late = () => sql`select 1`
        await sql` /* now */ commit`
        return { meaning: '' }
      },
    })
    expect((await run([committing], { word: 'a' })).call).toMatchObject({ state: 'failed' })
    await expect(late?.()).rejects.toThrow('after its transaction had ended')
  })

  test('a function of the arguments decides whether a person is asked', async () => {
    const asking = [
      defineTool({
        ...tool,
        effect: 'transaction',
        approval: ({ word }) => word === 'danger',
        question: ({ word }) => `Look up ${word}?`,
      }),
    ]
    expect(await run(asking, { word: 'safe' })).toMatchObject({ status: 'completed', call: { state: 'done' } })
    expect(await run(asking, { word: 'danger' })).toMatchObject({
      status: 'waiting',
      call: { state: 'waiting', question: 'Look up danger?' },
    })
  })

  test('an external tool that took too long has an unknown outcome, and a person is asked', async () => {
    const slow = defineTool({ ...tool, effect: 'external', timeoutMs: 50, run: () => new Promise<never>(() => {}) })
    expect(await run([slow], { word: 'a' })).toMatchObject({ status: 'waiting', call: { state: 'unknown' } })
  })
})

describe('sign-in by a header', () => {
  let app: TestApp
  const auth = defineAuth({
    id: 'proxy',
    authenticate: ({ headers }) => {
      const name = headers['x-forwarded-user']
      if (name === 'trouble') throw new Error('the directory is down')
      return typeof name === 'string' ? { subject: name, name } : null
    },
  })
  const headersOf = (name: string | null): Record<string, string> => (name === null ? {} : { 'x-forwarded-user': name })
  const http = (name: string | null) =>
    createTRPCClient<AppRouter>({ links: [httpLink({ url: `${app.url}/trpc`, headers: headersOf(name) })] })
  const unauthorized = { data: { code: 'UNAUTHORIZED' } }

  beforeAll(async () => {
    app = await createTestApp({ overrides: { extension: { auth } } })
  })
  afterAll(() => app?.[Symbol.asyncDispose]())

  test('over HTTP: the same person each time, and nobody without it', async () => {
    const [ann, again, bob] = await Promise.all(['ann', 'ann', 'bob'].map((name) => http(name).system.me.query()))
    expect(ann).toMatchObject({ name: 'ann' })
    expect(again?.id).toBe(ann?.id)
    expect(bob?.id).not.toBe(ann?.id)
    await expect(http(null).system.me.query()).rejects.toMatchObject(unauthorized)
    await expect(http('trouble').system.me.query()).rejects.toMatchObject(unauthorized)
    expect(app.logs).toContainEqual(expect.objectContaining({ event: 'sign-in-failed', auth: 'proxy' }))
  })

  test.for(['WebSocket', 'SSE'] as const)('over %s: an answer is followed, and without it nothing', async (how) => {
    const open = (name: string | null) => {
      const headers = headersOf(name)
      if (how === 'SSE') {
        class HeadedSource extends EventSource {
          constructor(url: string | URL) {
            super(url, { fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, ...headers } }) })
          }
        }
        const link = httpSubscriptionLink({ url: `${app.url}/trpc`, EventSource: HeadedSource as never })
        return { client: createTRPCClient<AppRouter>({ links: [link] }), close: () => {} }
      }
      class HeadedSocket extends WebSocket {
        constructor(url: string | URL) {
          super(url, { headers })
        }
      }
      const socket = createWSClient({
        url: `${app.url.replace('http', 'ws')}/trpc`,
        WebSocket: HeadedSocket as never,
        connectionParams: () => ({}),
      })
      return { client: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }), close: () => void socket.close() }
    }
    app.provider.script(text('Hello Ann.'))
    const sent = await http('ann').messages.send.mutate({ requestId: randomUUID(), content: 'Hi' })
    const ann = open('ann')
    const reader = follow(ann.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
    expect(reader.message(sent.assistantMessageId)?.content).toBe('Hello Ann.')
    ann.close()

    const nobody = open(null)
    const refused = new Promise((resolve) => {
      nobody.client.conversations.follow.subscribe({ conversationId: sent.conversationId }, { onError: resolve, onData: resolve })
    })
    expect(await refused).toMatchObject(how === 'SSE' ? {} : unauthorized)
    nobody.close()
  })

  test('the page learns who is there, nobody signs in here, and what the page gets as a token opens nothing', async () => {
    const call = (path: string, name: string | null, init: RequestInit = {}) =>
      fetch(`${app.url}/api/auth/${path}`, { ...init, headers: { 'content-type': 'application/json', ...headersOf(name) } })
    expect(await (await call('get-session', null)).json()).toBe(null)
    expect(await (await call('get-session', 'ann')).json()).toMatchObject({ user: { name: 'ann', isAnonymous: false } })
    expect((await call('token', null)).status).toBe(401)
    expect((await call('sign-in/anonymous', 'ann', { method: 'POST', body: '{}' })).status).toBe(403)
    const { token } = (await (await call('token', 'ann')).json()) as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    const bare = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${app.url}/trpc`, headers })] })
    await expect(bare.system.me.query()).rejects.toMatchObject(unauthorized)
  })
})

describe('docs/EXTENDING.md', () => {
  let project: Awaited<ReturnType<typeof createSampleProject>>

  beforeAll(async () => {
    project = await createSampleProject()
  })
  afterAll(() => project?.[Symbol.asyncDispose]())

  test('the compiler takes every sample', async () => {
    const compilerOptions = {
      strict: true,
      target: 'es2024',
      module: 'nodenext',
      lib: ['es2024', 'esnext', 'dom', 'dom.iterable'],
      types: ['node'],
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    }
    await writeFile(join(project.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [...samples.keys()] }))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(await runProgram(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: project.path }).catch(String)).toBe(
      '',
    )
  })

  test('the file is read at the start, and its tool asks before it books', async () => {
    await using directory = await createDataDirectory()
    await using scripted = await (await import('../testing/scripted-provider/index.ts')).createScriptedProvider()
    scripted.script(inTurn(toolCalls({ name: 'book_room', args: { room: 'Attic', day: '2026-12-01' } }), text('Booked.')))
    await using server = await startServerProcess({
      DATA_DIR: directory.path,
      HOLDFAST_CONFIG: join(project.path, 'holdfast.config.ts'),
      OPENAI_BASE_URL: scripted.baseUrl,
      OPENAI_MODEL: 'scripted-1',
    })
    const user = await createTestUser(server.url)
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Book the attic' })
    const reader = follow(user.client, sent.conversationId)
    const message = () => reader.message(sent.assistantMessageId)
    await reader.until(() => message()?.status === 'waiting')
    const [call] = message()?.parts ?? []
    if (call?.type !== 'tool-call') return expect.fail('there is no call')
    expect(call.question).toBe('Book the room Attic on 2026-12-01?')
    const decision = { requestId: randomUUID(), messageId: sent.assistantMessageId, callId: call.callId, approve: true }
    await user.client.toolCalls.decide.mutate(decision)
    await reader.until(() => message()?.status === 'completed')
    expect(message()?.parts[0]).toMatchObject({ state: 'done', result: { booking: 1 } })
    await user.close()
  })

  test.for([
    ['export default { tolls: [] }', 'broken.config.ts: tolls: is not a field of it'],
    ['export const config = {}', 'broken.config.ts: it has no default export'],
    [
      "import { defineTool } from '@holdfast/server'\ndefineTool({ name: 'a b', effect: 'external' } as never)",
      'The tool a b: name: must be 1 to 64',
    ],
    ["throw new Error('no such table')", 'broken.config.ts: no such table'],
    ['export default { prepareDatabase: async ({ sql }) => void (await sql`creat table x`) }', 'prepareDatabase: syntax error'],
  ] as const)('a file with a mistake stops the start with a sentence: %s', async ([code, sentence]) => {
    await using directory = await createDataDirectory()
    const path = join(project.path, 'broken.config.ts')
    await writeFile(path, code)
    const failure = await startServerProcess({ DATA_DIR: directory.path, HOLDFAST_CONFIG: path }).catch(String)
    expect(failure).toContain('the server ended with 1')
    expect(failure).toContain(sentence)
    expect(failure).not.toContain('    at ')
  })

  test('the server of a program answers with the provider of the program', async () => {
    await using directory = await createDataDirectory()
    await using server = await startServerProcess({ DATA_DIR: directory.path }, join(project.path, 'server.ts'))
    const user = await createTestUser(server.url)
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'one two' })
    const reader = follow(user.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
    expect(reader.message(sent.assistantMessageId)?.content.trim()).toBe('one two')
    await user.close()
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test.for(['mounted.ts', 'plain.ts'])(
    '%s: the page, calls and WebSockets work under /chat, beside what the host serves',
    async (name) => {
      await using directory = await createDataDirectory()
      const env = { DATA_DIR: directory.path, PORT: String(await findFreePort()) }
      await using server = await startServerProcess(env, join(project.path, name))
      const host = new URL(server.url).origin
      expect(await (await fetch(`${host}/`)).text()).toBe('The page of the host')
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
      expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200)
      expect((await fetch(`${server.url}/trpc/no.such`)).headers.get('content-type')).toContain('application/json')

      const headers = { 'x-forwarded-user': 'ann' }
      const signedIn = name === 'plain.ts' ? await createTestUser(server.url) : null
      const token = signedIn?.token
      class HeadedSocket extends WebSocket {
        constructor(url: string | URL) {
          super(url, { headers })
        }
      }
      const socket = createWSClient({
        url: `${server.url.replace('http', 'ws')}/trpc`,
        WebSocket: HeadedSocket as never,
        connectionParams: () => (token === undefined ? {} : { token }),
      })
      const client = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] })
      const sent = await client.messages.send.mutate({ requestId: randomUUID(), content: 'one two' })
      const reader = follow(client, sent.conversationId)
      await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
      expect(reader.message(sent.assistantMessageId)?.content.trim()).toBe('one two')
      await socket.close()
      await signedIn?.close()
      expect(await server.end('SIGTERM')).toBe(0)
    },
  )
})

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
