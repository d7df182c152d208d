import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestUser, connect } from '../testing/create-test-app.ts'
import { createScriptedProvider, httpAnswer } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { refused } from './refused.ts'
import { ask } from './send.ts'
import { upload } from './upload.ts'

const providerKey = 'sk-planted-provider-key-4711'
const authSecret = 'planted auth secret with more than 32 characters'
const metricsToken = 'planted-metrics-token-0815'
const password = 'planted correct horse battery'
const messageText = 'planted xylophone question'
const searchText = 'planted zither search'
const title = 'planted title of a conversation'
const taskTitle = 'planted task of a tool'
const fileName = 'planted-file-name.txt'
const fileText = 'planted words in a file'

test('the log of a whole run, at its most talkative, holds no secret, no token and no content', async () => {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  await using server = await startServerProcess({
    LOG_LEVEL: 'trace',
    DATA_DIR: directory.path,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_API_KEY: providerKey,
    OPENAI_MODEL: 'scripted-1',
    BETTER_AUTH_SECRET: authSecret,
    METRICS_TOKEN: metricsToken,
  })
  const { url } = server
  const user = await createTestUser(url)
  const { client } = user

  // Answers, a tool, a file, search, a title.
  const file = await upload({ url }, user, fileText, { name: fileName })
  const { conversationId } = await ask(user, messageText, { files: [file.id] })
  await client.conversations.update.mutate({ conversationId, title })
  await ask(user, `tool add_task ${JSON.stringify({ title: taskTitle })}`)
  await client.search.messages.query({ query: searchText })

  // A provider that repeats all it was sent, and one that answers with nonsense.
  provider.script(async (reply) => {
    const { body } = reply.request
    await httpAnswer(401, {
      error: {
        type: 'invalid_request_error',
        message: `Incorrect API key ${providerKey} for ${JSON.stringify(body.messages?.at(-1))}`,
      },
      request: body,
    })(reply)
  })
  expect((await ask(user, messageText)).status).toBe('error')
  provider.script(httpAnswer(200, `{"nonsense": ${messageText}`))
  expect((await ask(user, messageText)).status).toBe('error')

  // An account, a wrong password, tokens that are wrong in several ways.
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, ...headers },
      body: JSON.stringify(body),
    })
  const email = 'planted@example.com'
  expect((await post('/api/auth/sign-up/email', { name: 'Planted', email, password })).status).toBe(200)
  expect((await post('/api/auth/sign-in/email', { email, password: `${password}!` })).status).toBe(401)
  const { token: pat } = await client.tokens.create.mutate({ name: 'A token' })
  expect((await ask(connect(url, pat), messageText)).status).toBe('error')
  for (const token of [`${user.token}x`, `${pat}x`]) {
    const { client: stranger } = connect(url, token)
    expect(await refused(stranger.conversations.list.query({}))).toMatchObject({ code: 'UNAUTHORIZED' })
  }
  expect((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })).status).toBe(200)
  // Requests that are malformed in the middle of something private.
  const broken = { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}` } }
  expect((await fetch(`${url}/trpc/messages.send`, { ...broken, body: `{"content": ${messageText}` })).status).toBe(400)
  expect((await fetch(`${url}/mcp`, { ...broken, body: `{"content": ${messageText}` })).status).toBeGreaterThanOrEqual(400)
  expect((await fetch(`${url}/nothing?token=${user.token}&q=${encodeURIComponent(messageText)}`)).status).toBe(404)
  const unknown = await refused(
    client.messages.send.mutate({ requestId: randomUUID(), content: messageText, conversationId: randomUUID() }),
  )
  expect(unknown.code).toBe('NOT_FOUND')
  await user.close()
  await server.end('SIGTERM')

  const log = server.output()
  // The log is one that would tell.
  for (const event of ['http-request', 'model-refusal', 'procedure-refused', 'generation-ended', 'tool', 'routing']) {
    expect(log).toContain(`"event":"${event}"`)
  }
  expect(log).toContain('Incorrect API key ***')
  const session = user.cookie.split('=').slice(1).join('=')
  const planted = {
    providerKey,
    authSecret,
    metricsToken,
    password,
    email,
    messageText,
    searchText,
    title,
    taskTitle,
    fileName,
    fileText,
    pat,
    jwt: user.token,
    session,
    sessionToken: decodeURIComponent(session).split('.')[0] ?? '',
  }
  const found = Object.entries(planted).filter(([, text]) => {
    expect(text.length).toBeGreaterThan(8)
    return [text, encodeURIComponent(text)].some((form) => log.includes(form))
  })
  expect(found.map(([name]) => name)).toEqual([])
  // Each word alone would be enough.
  expect(log.split('\n').filter((line) => /planted|xylophone|zither/iu.test(line))).toEqual([])
})
