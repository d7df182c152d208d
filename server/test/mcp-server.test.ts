import { randomUUID } from 'node:crypto'
import { request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { ProtocolError } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plannerTools } from '../src/planner/tools/planner-tools.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { callTool, connectMcp, createAccessToken } from './mcp/connect-mcp.ts'
import { refused } from './refused.ts'

let app: TestApp
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  app = await createTestApp()
  ann = await app.createUser()
  bob = await app.createUser()
})
afterAll(() => app[Symbol.asyncDispose]())

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

/** A request with exactly these headers: `fetch` does not let a test choose the host. */
async function send(
  input: { path?: string; method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { path = '/mcp', method = 'POST', headers = {}, body = JSON.stringify(initialize) } = input
  const { hostname, port } = new URL(app.url)
  const sent = request({
    hostname,
    port,
    path,
    method,
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
  })
  sent.end(method === 'POST' ? body : undefined)
  const answer = await new Promise<{ status: number; headers: IncomingHttpHeaders; body: Promise<string> }>((resolve, reject) => {
    sent.on('response', (response) =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text(response) }),
    )
    sent.on('error', reject)
  })
  return { ...answer, body: await answer.body }
}

async function readToken(user: TestUser, audience: 'api' | 'mcp'): Promise<string> {
  const response = await fetch(`${app.url}/api/auth/token?audience=${audience}`, { headers: { cookie: user.cookie } })
  return ((await response.json()) as { token: string }).token
}

describe.each([
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
] as const)('the official client (%s)', (mode, version) => {
  test('does the round trip for two users: neither sees or changes anything of the other', async () => {
    const stranger = await app.createUser()
    await using annClient = await connectMcp(app.url, (await createAccessToken(ann)).token, mode)
    await using strangerClient = await connectMcp(app.url, (await createAccessToken(stranger)).token, mode)
    expect(annClient.getNegotiatedProtocolVersion()).toBe(version)
    const title = `Buy milk (${mode})`
    const added = await callTool(annClient, 'add_task', { title, dueDate: '2026-12-24' })
    const { task_id: taskId } = added.value as { task_id: string }
    expect(added).toEqual({
      isError: false,
      value: { task_id: taskId, status: 'created', title, due_date: '2026-12-24' },
    })
    const stored = await ann.client.tasks.list.query({ status: 'pending' })
    expect(stored.items.find((task) => task.id === taskId)).toMatchObject({ title, dueDate: '2026-12-24', createdBy: null })

    for (const call of [
      callTool(strangerClient, 'complete_task', { taskId }),
      callTool(strangerClient, 'update_task', { taskId, title: 'Mine now' }),
      callTool(strangerClient, 'delete_task', { taskId }),
    ]) {
      expect(await call).toEqual({ isError: true, value: { error: 'Task not found' } })
    }
    expect((await callTool(strangerClient, 'list_tasks')).value).toEqual([])
    expect((await stranger.client.tasks.list.query({})).items).toEqual([])

    await callTool(annClient, 'complete_task', { taskId })
    const listed = (await callTool(annClient, 'list_tasks', { status: 'completed' })).value as { id: string; title: string }[]
    expect(listed.filter(({ id }) => id === taskId)).toMatchObject([{ title, completed: true }])
    expect((await callTool(annClient, 'delete_task', { taskId })).value).toMatchObject({ status: 'deleted' })
    expect((await ann.client.tasks.list.query({})).items.some((task) => task.id === taskId)).toBe(false)
  })

  test('hears in words what is wrong with arguments; those that name another user change nothing (attack G1)', async () => {
    const stranger = await app.createUser()
    await using client = await connectMcp(app.url, (await createAccessToken(stranger)).token, mode)
    const before = await ann.client.tasks.list.query({})
    for (const key of ['user_id', 'userId', 'user']) {
      expect(await callTool(client, 'add_task', { title: 'For Ann', [key]: 'ann' })).toEqual({
        isError: true,
        value: { error: 'invalid_arguments', issues: [{ path: '', message: `unknown argument: ${key}` }] },
      })
    }
    expect(await callTool(client, 'add_task', { dueDate: 'christmas' })).toMatchObject({
      isError: true,
      value: { error: 'invalid_arguments', issues: [{ path: 'title' }] },
    })
    expect(await ann.client.tasks.list.query({})).toEqual(before)
    expect((await stranger.client.tasks.list.query({})).items).toEqual([])
  })

  test('learns which tools read, destroy or may be repeated, from the one definition of each', async () => {
    await using client = await connectMcp(app.url, (await createAccessToken(ann)).token, mode)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(plannerTools.map((tool) => tool.name))
    const byName = new Map(tools.map((tool) => [tool.name, tool]))
    expect(byName.get('delete_task')?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
    })
    expect(byName.get('list_tasks')?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
    expect(byName.get('add_task')).toMatchObject({
      title: 'Add task',
      annotations: { idempotentHint: false, openWorldHint: false },
      inputSchema: { type: 'object', required: ['title'], additionalProperties: false },
    })
    await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toThrow(ProtocolError)
  })

  test('makes a task once when it repeats a call with its key, and is refused when it uses the key for another', async () => {
    await using client = await connectMcp(app.url, (await createAccessToken(ann)).token, mode)
    const meta = { 'holdfast/idempotencyKey': `key ${randomUUID()}` }
    const args = { title: 'Once', category: mode }
    const first = await callTool(client, 'add_task', args, meta)
    expect(await callTool(client, 'add_task', { category: mode, title: 'Once' }, meta)).toEqual(first)
    expect((await ann.client.tasks.list.query({ category: mode })).items).toHaveLength(1)
    expect(await callTool(client, 'add_task', { ...args, title: 'Twice' }, meta)).toMatchObject({ isError: true })
    expect((await ann.client.tasks.list.query({ category: mode })).items).toHaveLength(1)
    await callTool(client, 'add_task', args)
    expect((await ann.client.tasks.list.query({ category: mode })).items).toHaveLength(2)
  })
})

test('a date in words is read where the client says that the person is', async () => {
  await using client = await connectMcp(app.url, (await createAccessToken(ann)).token)
  const dueDates = await Promise.all(
    [-840, 840].map(async (utcOffsetMinutes) => {
      const meta = { 'holdfast/utcOffsetMinutes': utcOffsetMinutes }
      const { value } = await callTool(client, 'add_task', { title: 'T', dueDate: 'today' }, meta)
      return (value as { due_date: string }).due_date
    }),
  )
  const localDate = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 10)
  expect(dueDates).toEqual([localDate(-840), localDate(840)])
})

test('a change reaches every tab of its user immediately, and is logged', async () => {
  await using client = await connectMcp(app.url, (await createAccessToken(ann)).token)
  const news: string[] = []
  const heard = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const subscription = ann.client.activity.follow.subscribe(undefined, {
    onData: ({ data }) => {
      news.push(...data.map((item) => item.type))
      if (news.includes('refetch')) started.resolve()
      if (news.includes('planner')) heard.resolve()
    },
    onError: heard.reject,
  })
  await started.promise
  const before = app.logs.length
  await callTool(client, 'create_goal', { title: 'Learn to sail' })
  await heard.promise
  subscription.unsubscribe()
  const lines = app.logs.slice(before)
  expect(lines).toContainEqual(expect.objectContaining({ event: 'tool', name: 'create_goal', outcome: 'done' }))
  expect(lines).toContainEqual(expect.objectContaining({ event: 'database', table: 'goals', rows: 1 }))
})

test('fifty concurrent calls by two users, with the same JSON-RPC ids, each get their own answer (attack G9)', async () => {
  const [annToken, bobToken] = [(await createAccessToken(ann)).token, (await createAccessToken(bob)).token]
  const call = async (token: string, title: string) => {
    const body = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'add_task', arguments: { title } } }
    const answer = await send({ headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
    return answer.body
  }
  const titles = Array.from({ length: 25 }, (_, index) => `number ${index}`)
  const answers = await Promise.all(titles.flatMap((title) => [call(annToken, `Ann ${title}`), call(bobToken, `Bob ${title}`)]))
  answers.forEach((body, index) => {
    const [mine, other] = index % 2 === 0 ? ['Ann', 'Bob'] : ['Bob', 'Ann']
    expect(body).toContain(`${mine} number ${Math.floor(index / 2)}`)
    expect(body).not.toContain(other)
  })
  const bobs = await bob.client.tasks.list.query({ limit: 100 })
  expect(bobs.items.map(({ title }) => title).toSorted()).toEqual(titles.map((title) => `Bob ${title}`).toSorted())
})

describe('authorization of calls', () => {
  test('without a token the answer says where to look, and what it points to describes the endpoint', async () => {
    const answer = await send()
    expect(answer.status).toBe(401)
    const challenge = answer.headers['www-authenticate'] ?? ''
    expect(challenge).toMatch(/^Bearer /u)
    const metadataUrl = /resource_metadata="([^"]+)"/u.exec(challenge)?.[1]
    expect(metadataUrl).toBe(`${app.url}/.well-known/oauth-protected-resource/mcp`)
    const metadata = await fetch(metadataUrl ?? '')
    expect(metadata.headers.get('content-type')).toMatch(/^application\/json/u)
    expect(await metadata.json()).toEqual({
      resource: `${app.url}/mcp`,
      resource_name: 'Holdfast',
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    })
  })

  test('a token is for what it was made for (attack G8)', async () => {
    const status = async (token: string) => (await send({ headers: { authorization: `Bearer ${token}` } })).status
    const trpcStatus = async (token: string) =>
      (await fetch(`${app.url}/trpc/tasks.list?input={}`, { headers: { authorization: `Bearer ${token}` } })).status
    const [apiJwt, mcpJwt] = [await readToken(ann, 'api'), await readToken(ann, 'mcp')]
    expect([await status(apiJwt), await trpcStatus(apiJwt)]).toEqual([401, 200])
    expect([await status(mcpJwt), await trpcStatus(mcpJwt)]).toEqual([200, 401])
    const [apiPat, mcpPat] = [(await createAccessToken(ann, ['api'])).token, (await createAccessToken(ann, ['mcp'])).token]
    expect([await status(apiPat), await trpcStatus(apiPat)]).toEqual([401, 200])
    expect([await status(mcpPat), await trpcStatus(mcpPat)]).toEqual([200, 401])
    for (const wrong of ['nonsense', `${mcpPat}x`, `${mcpJwt.slice(0, -3)}abc`, 'pat_']) expect(await status(wrong)).toBe(401)
  })

  test('a token is dead with its revocation, and with the session that it came from (attack G8)', async () => {
    const carl = await app.createUser()
    const { id, token } = await createAccessToken(carl)
    await using client = await connectMcp(app.url, token)
    await callTool(client, 'list_tasks')
    await carl.client.tokens.revoke.mutate({ tokenId: id })
    await expect(client.callTool({ name: 'list_tasks', arguments: {} })).rejects.toThrow()
    expect((await send({ headers: { authorization: `Bearer ${token}` } })).status).toBe(401)

    const jwt = await readToken(carl, 'mcp')
    expect((await send({ headers: { authorization: `Bearer ${jwt}` } })).status).toBe(200)
    await fetch(`${app.url}/api/auth/sign-out`, { method: 'POST', headers: { cookie: carl.cookie } })
    expect((await send({ headers: { authorization: `Bearer ${jwt}` } })).status).toBe(401)
  })

  test('a token in the address, or a cookie, is none', async () => {
    const { token } = await createAccessToken(ann)
    expect((await send({ path: `/mcp?access_token=${token}` })).status).toBe(401)
    expect((await send({ headers: { cookie: ann.cookie } })).status).toBe(401)
  })

  test('a token of MCP makes no tokens', async () => {
    expect(await refused(ann.client.tokens.revoke.mutate({ tokenId: randomUUID() }))).toMatchObject({ code: 'NOT_FOUND' })
    const { token } = await createAccessToken(ann, ['mcp', 'api'])
    const response = await fetch(`${app.url}/trpc/tokens.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'more' }),
    })
    expect(response.status).toBe(401)
  })
})

describe('the way in', () => {
  test('no answer may be kept by a cache, whether it is a stream, a result or a refusal (attacks C9, E12)', async () => {
    const { token } = await createAccessToken(ann)
    const authorization = `Bearer ${token}`
    const answers = [
      await send({ headers: { authorization } }),
      await send({ headers: { authorization }, body: '{}' }),
      await send({ headers: { authorization }, method: 'PUT' }),
      await send(),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 405, 401])
    for (const { headers } of answers) expect(headers['cache-control']).toMatch(/^no-store(?:, no-transform)?$/u)
  })

  test('another name of this machine is 421, another page is 403, with and without a token (attack G10)', async () => {
    const { token } = await createAccessToken(ann)
    const { host } = new URL(app.url)
    for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
      expect((await send({ headers: { ...headers, host: 'evil.example' } })).status).toBe(421)
      expect((await send({ headers: { ...headers, host: `127.0.0.1.evil.example:80` } })).status).toBe(421)
      expect((await send({ headers: { ...headers, origin: 'https://evil.example' } })).status).toBe(403)
      expect((await send({ headers: { ...headers, origin: 'null' } })).status).toBe(403)
    }
    expect((await send({ headers: { authorization: `Bearer ${token}`, origin: `http://${host}` } })).status).toBe(200)
  })

  test('a body of more than 256 kB is refused, one of less is read', async () => {
    const headers = { authorization: `Bearer ${(await createAccessToken(ann)).token}` }
    const bodyOf = (length: number) => {
      const params = { name: 'add_task', arguments: { title: 'x'.repeat(length) } }
      return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
    }
    expect((await send({ headers, body: bodyOf(257 * 1024) })).status).toBe(413)
    const read = await send({ headers, body: bodyOf(200 * 1024) })
    expect(read.status).toBe(200)
    expect(read.body).toContain('invalid_arguments')
  })

  test('a request outside the protocol gets a plain refusal, and there is no stream to wait on', async () => {
    const headers = { authorization: `Bearer ${(await createAccessToken(ann)).token}` }
    expect((await send({ headers, body: '{' })).status).toBe(400)
    expect((await send({ headers, body: '[]' })).status).toBe(400)
    expect((await send({ headers, method: 'GET' })).status).toBe(405)
    expect((await send({ headers, method: 'DELETE' })).status).toBe(405)
    expect((await send({ headers, path: '/mcp/other' })).status).toBe(404)
  })

  test('a defect on our side says nothing of what is inside', async () => {
    const carl = await app.createUser()
    const { token } = await createAccessToken(carl)
    await using client = await connectMcp(app.url, token)
    await app.database.queries.execute(`alter table tasks rename to tasks_away`)
    const answer = await callTool(client, 'list_tasks')
    await app.database.queries.execute(`alter table tasks_away rename to tasks`)
    expect(answer.isError).toBe(true)
    expect(JSON.stringify(answer.value)).not.toMatch(/select|tasks_away|relation|Error:/u)
    expect((await callTool(client, 'list_tasks')).value).toEqual([])
  })
})
