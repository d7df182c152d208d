import { readFileSync } from 'node:fs'
import { contractHash } from '@holdfast/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { hangBeforeHeaders, html, httpAnswer, httpError, type Answer } from '../testing/scripted-provider/index.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ env: { MESSAGES_PER_MINUTE: '77' } })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('system.info', () => {
  test('says who serves, with which limits, and who asks', async () => {
    const user = await app.createUser()
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    const info = await user.client.system.info.query()
    expect(info).toMatchObject({
      name: 'holdfast',
      version,
      contract: contractHash,
      database: app.database.kind,
      model: { id: 'scripted-1', host: new URL(app.provider.baseUrl).host, demo: false },
      limits: { messagesPerMinute: 77, contentLength: 10_000, fileBytes: 26_214_400 },
      user: { id: expect.any(String), email: null, isGuest: true },
    })
  })

  test('names the database that these tests are meant for', async () => {
    const user = await app.createUser()
    expect((await user.client.system.info.query()).database).toBe(process.env['TEST_DATABASE'])
  })

  test('knows a person with an account by name', async () => {
    const body = JSON.stringify({ name: 'Ann', email: 'ann@example.com', password: 'a long enough password' })
    const headers = { 'content-type': 'application/json', origin: app.url }
    const signUp = await fetch(`${app.url}/api/auth/sign-up/email`, { method: 'POST', headers, body })
    expect(signUp.status).toBe(200)
    const cookie = signUp.headers
      .getSetCookie()
      .map((value) => value.split(';', 1)[0])
      .join('; ')
    const { token } = (await (await fetch(`${app.url}/api/auth/token`, { headers: { cookie } })).json()) as { token: string }
    const answer = await fetch(`${app.url}/trpc/system.info`, { headers: { authorization: `Bearer ${token}` } })
    expect(await answer.json()).toMatchObject({
      result: { data: { user: { name: 'Ann', email: 'ann@example.com', isGuest: false } } },
    })
  })

  test('says nothing of keys, addresses of databases or paths', async () => {
    const user = await app.createUser()
    const text = JSON.stringify(await user.client.system.info.query())
    expect(text).not.toMatch(/postgres:\/\/|only used in tests|\/work\/|\/home\/|sk-/u)
  })
})

describe('models.list', () => {
  test('gives what the provider has, the default first and once', async () => {
    const user = await app.createUser()
    app.provider.scriptModels(httpAnswer(200, { object: 'list', data: [{ id: 'a' }, { id: 'scripted-1' }, { id: 'b' }] }))
    const { items, warning } = await user.client.models.list.query()
    expect(warning).toBeNull()
    expect(items.map(({ id, isDefault, demo }) => ({ id, isDefault, demo }))).toEqual([
      { id: 'scripted-1', isDefault: true, demo: false },
      { id: 'a', isDefault: false, demo: false },
      { id: 'b', isDefault: false, demo: false },
    ])
  })

  test('asks the provider once, however many ask', async () => {
    const user = await app.createUser()
    app.provider.scriptModels(httpAnswer(200, { object: 'list', data: [{ id: 'changed' }] }))
    const lists = await Promise.all(Array.from({ length: 5 }, () => user.client.models.list.query()))
    for (const { items } of lists) expect(items.map(({ id }) => id)).toEqual(['scripted-1', 'a', 'b'])
  })

  const failures: Record<string, Answer> = {
    fails: httpError(500),
    'is a login page': html(),
    'does not answer': hangBeforeHeaders,
  }
  test.each(Object.entries(failures))('gives the default alone and a warning when the provider %s', async (_name, answer) => {
    await using other = await createTestApp()
    const user = await other.createUser()
    other.provider.scriptModels(answer)
    const { items, warning } = await user.client.models.list.query()
    expect(items).toMatchObject([{ id: 'scripted-1', isDefault: true }])
    expect(warning).toEqual(expect.any(String))
    expect(warning).not.toMatch(/at .+:\d+|sk-|scripted error|doctype/u)
  })
})

test('R8 a clock at another date made every call UNAUTHORIZED: tokens are made and checked by the same one', async () => {
  for (const date of ['2031-01-01', '2020-01-01']) {
    const startMs = Date.now()
    const clock = { now: () => new Date(new Date(date).getTime() + Date.now() - startMs) }
    await using elsewhen = await createTestApp({ overrides: { clock } })
    const user = await elsewhen.createUser()
    expect((await user.client.conversations.create.mutate({})).createdAt.slice(0, 10)).toBe(date)
    expect((await user.client.conversations.list.query()).items).toHaveLength(1)
  }
})
