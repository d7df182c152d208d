import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { connect } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createScriptedProvider, httpError } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'

const providerKey = 'sk-canary-key-of-the-provider'
const canary = 'canary-1c9e'

test('a server as people start it logs no token, password, cookie, key, address of a person or text, a line for each event (attacks A14, I2, I3)', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  await using server = await startServerProcess({
    DATA_DIR: directory.path,
    LOG_LEVEL: 'debug',
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
    OPENAI_API_KEY: providerKey,
  })
  const post = (path: string, body: unknown, cookie = '') =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'user-agent': `agent-${canary}` },
      body: JSON.stringify(body),
    })
  const person = { name: `Name ${canary}`, email: `${canary}@example.com`, password: `password ${canary}` }
  const signUp = await post('/api/auth/sign-up/email', person)
  expect(signUp.status).toBe(200)
  await post('/api/auth/sign-up/email', person)
  await post('/api/auth/sign-in/email', { ...person, password: `wrong ${canary}` })
  const cookie = signUp.headers
    .getSetCookie()
    .map((value) => value.split(';', 1)[0])
    .join('; ')
  const { token } = (await (await fetch(`${server.url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
  const user = connect(server.url, token)
  const forged = `say ${canary}\r\n{"level":60,"event":"forged"}\u001b[2J`
  const input = { requestId: randomUUID(), content: forged }
  const { conversationId } = await user.client.messages.complete.mutate(input)
  await user.client.conversations.update.mutate({ conversationId, title: `Title ${canary}` })
  await user.client.drafts.set.mutate({ conversationId, content: `draft ${canary}` })
  await user.client.search.messages.query({ query: canary })
  await user.client.tasks.add.mutate({ title: `Task ${canary}` })
  const pat = await user.client.tokens.create.mutate({ name: `Token ${canary}`, scopes: ['api', 'mcp'] })
  provider.script(httpError(400, { message: `${canary} ${providerKey}` }))
  await user.client.messages.complete.mutate({ requestId: randomUUID(), conversationId, content: `again ${canary}` })
  for (const path of [`/trpc/system.info?token=${token}`, `/${canary}%0d%0aforged`, `/c/${canary}?x=${pat.token}`]) {
    await fetch(server.url + path)
  }
  await fetch(`${server.url}/trpc/messages.send`, { method: 'POST', body: `{"${canary}` })
  await user.client.conversations.delete.mutate({ conversationId, permanent: true })
  await user.close()
  await server.end('SIGTERM')

  const output = server.output()
  expect(output.length).toBeGreaterThan(1_000)
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
  const records = lines.map((line) => JSON.parse(line) as { event?: string })
  // The control: what happened is there.
  expect(records.map(({ event }) => event)).toContain('http-request')
  expect(records.filter(({ event }) => event === 'forged')).toEqual([])
  for (const hidden of [token, pat.token, cookie.split('=')[1] ?? '', person.password, person.email, providerKey]) {
    expect(output).not.toContain(hidden)
  }
  expect(output.match(new RegExp(`(?:password|wrong|Name|Title|draft|Task|Token|again|say|agent-) ?${canary}`, 'gu'))).toBeNull()
  expect(output).not.toContain('\u001b')

  // What it leaves on the disk is for its owner alone.
  for (const name of readdirSync(directory.path)) {
    expect(statSync(join(directory.path, name)).mode & 0o077, name).toBe(0)
  }
  expect(readFileSync(join(directory.path, 'auth-secret'), 'utf8').length).toBeGreaterThanOrEqual(32)
})
