import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { countRows, type RowCounts } from './count-rows.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createBelongings, type Belongings } from './belongings.ts'
import { everyProcedure } from './every-procedure.ts'
import { expectNothingInternal } from './expect-nothing-internal.ts'
import { callOverHttp, type Outcome, type UntypedCaller } from './untyped-call.ts'

let app: TestApp
let user: TestUser
let own: Belongings
let caller: UntypedCaller
let before: RowCounts
let logged = 0

beforeAll(async () => {
  app = await createTestApp({ env: { OPENAI_API_KEY: 'sk-canary-of-the-provider' } })
  user = await app.createUser()
  await user.client.admin.settings.update.mutate({ ownKeys: true })
  own = await createBelongings(app, user)
  caller = callOverHttp(app.url, { authorization: `Bearer ${user.token}` })
  before = await countRows(app.database, user)
})
afterEach(async () => {
  await expectUntouched()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Nothing was changed, and the server does not take any of it for a failure of its own. */
async function expectUntouched() {
  expect(await countRows(app.database, user)).toEqual(before)
  const news = app.logs.slice(logged)
  logged = app.logs.length
  expect(news.filter(({ level }) => Number(level) >= 50)).toEqual([])
}

const rows = Object.entries(everyProcedure).flatMap(([path, { type, input }]) =>
  input ? [{ path, type, input, keys: Object.keys(input(nobody())) }] : [],
)

/** Only to see which keys an input has. */
function nobody(): Belongings {
  const id = randomUUID()
  const waiting = { messageId: id, callId: id }
  const ids = { conversationId: id, questionId: id, queuedQuestionId: id, answerId: id }
  const ofAdmins = { memberId: id, inviteId: id, serviceAccountId: id, providerId: id, sharedProviderId: id }
  return {
    ...ids,
    ...ofAdmins,
    sessionId: id,
    waiting,
    goalId: id,
    milestoneId: id,
    taskId: id,
    tokenId: id,
    fileId: id,
    exportId: id,
    importId: id,
    shareId: id,
    shareToken: id,
    webhookId: id,
    deliveryId: id,
  }
}

/** The refusal names the field, in words that say nothing of what is inside. */
function expectNamed(outcome: Outcome, field: string) {
  expect(outcome).toMatchObject({ refused: { code: 'BAD_REQUEST', issues: expect.any(Array) } })
  const { issues = [], message } = 'refused' in outcome ? outcome.refused : { message: '' }
  expect(issues.map(({ path }) => path.split('.')[0])).toContain(field)
  for (const issue of issues) expect(issue.message).not.toBe('')
  expect(message).toContain(field)
  expectNothingInternal(outcome)
}

/** Of a type that no field has. */
const wrongTypes: readonly unknown[] = [{}, { a: 1 }, [[]], Number.MAX_SAFE_INTEGER + 0.5]

describe.each(rows)('$path', ({ path, type, input, keys }) => {
  const call = (body: unknown) => caller.call(path, type, body)

  test('refuses an input that is no object', async () => {
    for (const body of ['text', 5, true, [], [input(own)]]) {
      const outcome = await call(body)
      expect(outcome).toMatchObject({ refused: { code: 'BAD_REQUEST', issues: [{ path: '' }] } })
      expectNothingInternal(outcome)
    }
  })

  test('[X2] names each field that has the wrong type', async () => {
    for (const key of keys) {
      // The cursor that a subscription is resumed with is never an error, as long as it is a text.
      for (const wrong of wrongTypes) expectNamed(await call({ ...input(own), [key]: wrong }), key)
    }
  })

  test('[R13] refuses keys that it does not know, by their names, also those that every object has (attacks C5, E5)', async () => {
    if (type === 'subscription') return
    for (const key of ['extra', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'then', '']) {
      expectNamed(await call({ ...input(own), [key]: {} }), key)
    }
    const text = JSON.stringify(input(own)).replace('{', '{"__proto__":{"isAdmin":true},')
    const polluted = await post(path, type, text.replace(/^\{,/u, '{'))
    expect(polluted.status).toBe(400)
    expect(polluted.text).toContain('__proto__')
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  test('names each id that is none', async () => {
    const named = keys.filter((key) => /(?:I|^i)d$/u.test(key) && key !== 'callId' && key !== 'lastEventId')
    for (const key of named) {
      const id = randomUUID()
      const odd = [
        '',
        ' ',
        'nope',
        id.slice(1),
        `${id}0`,
        ` ${id}`,
        `${id}\u0000`,
        id.replaceAll('-', ''),
        `{${id}}`,
        'g'.repeat(36),
        "' or 1=1 --",
      ]
      for (const wrong of [...odd, 0, true]) expectNamed(await call({ ...input(own), [key]: wrong }), key)
    }
  })

  test('names a limit that is out of its bounds', async () => {
    if (!keys.includes('limit')) return
    for (const limit of [0, -1, 1.5, 201, 1e9, '5', null]) expectNamed(await call({ ...input(own), limit }), 'limit')
  })
})

async function post(path: string, type: string, json: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' }
  const url = `${app.url}/trpc/${path}`
  const answer =
    type === 'mutation'
      ? await fetch(url, { method: 'POST', headers, body: json })
      : await fetch(`${url}?input=${encodeURIComponent(json)}`, { headers })
  return { status: answer.status, text: await answer.text() }
}

describe('a subscription', () => {
  test.each(rows.filter(({ type }) => type === 'subscription'))(
    '$path passes over keys that it does not know',
    async ({ path, type, input }) => {
      expect(await caller.call(path, type, { ...input(own), extra: 1 })).toMatchObject({ answer: expect.anything() })
    },
  )
})

describe('an unreadable text', () => {
  const texts = [
    ['empty', ''],
    ['blank', ' \n\t '],
    ['zero-width', '\u200b\u200d\ufeff'],
    ['with a NUL', 'a\u0000b'],
    ['with half an emoji', 'a\ud83d'],
    ['with the other half', '\ude00b'],
    ['too long', 'a'.repeat(100_001)],
    ['too long in emoji', '😀'.repeat(20_001)],
    ['too long for a name', 'a'.repeat(501)],
  ] as const
  /** Where a blank text is allowed: it says that there is none. */
  const mayBeBlank = ['instructions', 'description', 'drafts.set content']
  const fields = rows.flatMap(({ path, type, input, keys }) =>
    keys
      .filter((key) => ['title', 'content', 'instructions', 'model', 'name', 'description', 'category'].includes(key))
      .map((key) => ({ path, type, input, key })),
  )

  test.each(fields)('is refused as $key of $path (attack E8)', async ({ path, type, input, key }) => {
    for (const [kind, text] of texts) {
      const isBlank = kind === 'empty' || kind === 'blank' || kind === 'zero-width'
      if (isBlank && mayBeBlank.some((allowed) => allowed === key || allowed === `${path} ${key}`)) continue
      if (kind === 'too long in emoji' && path === 'drafts.set') continue
      if (kind === 'too long for a name' && ['content', 'instructions', 'description'].includes(key)) continue
      // The input of a query is part of the address, which has a limit of its own.
      if (type === 'query' && text.length > 1_000) continue
      expectNamed(await caller.call(path, type, { ...input(own), [key]: text }), key)
    }
  })

  test('is counted in code points: 10 001 are too many (attack E8)', async () => {
    for (const content of ['a'.repeat(10_001), '😀'.repeat(10_001)]) {
      for (const path of ['messages.send', 'messages.complete'] as const) {
        expectNamed(await caller.call(path, 'mutation', { requestId: randomUUID(), content }), 'content')
      }
      const edit = { requestId: randomUUID(), messageId: own.questionId, content }
      expectNamed(await caller.call('messages.edit', 'mutation', edit), 'content')
    }
  })
})

describe('a date that is none', () => {
  const dated = rows.flatMap(({ path, type, input, keys }) =>
    keys
      .filter((key) => ['targetDate', 'dueDate', 'today', 'from', 'to'].includes(key))
      .map((key) => ({ path, type, input, key })),
  )
  test.each(dated)('is refused as $key of $path', async ({ path, type, input, key }) => {
    for (const date of [
      '',
      'today',
      '2026-02-30',
      '2026-13-01',
      '0000-01-01',
      '10000-01-01',
      '-2026-01-01',
      '2026-01-01T00:00:00Z',
      'infinity',
      '20260101',
    ]) {
      expectNamed(await caller.call(path, type, { ...input(own), [key]: date }), key)
    }
  })
})

test('the first and the last day there is are days', async () => {
  for (const day of ['0001-01-01', '9999-12-31']) {
    const utcOffsetMinutes = day === '0001-01-01' ? 840 : -840
    for (const [path, input] of [
      ['usage.summary', { from: day, to: day, by: 'day', utcOffsetMinutes }],
      ['tasks.stats', { today: day }],
      ['tasks.list', { today: day, overdue: true }],
    ] as const) {
      expect(await caller.call(path, 'query', input)).toMatchObject({ answer: expect.anything() })
    }
  }
})

describe('a cursor that this server did not give', () => {
  const lists = rows.filter(({ path }) => ['conversations.list', 'goals.list', 'milestones.list', 'tasks.list'].includes(path))
  test.each(lists)('is refused by $path', async ({ path, type, input }) => {
    const id = randomUUID()
    const odd = [
      '',
      'nonsense',
      '_',
      '0',
      `1_${id}_2`,
      `NaN_${id}`,
      `Infinity_${id}`,
      `1e999_${id}`,
      `_${id}`,
      `0000-01-01T00:00:00Z_${id}`,
      `${id}'--`,
    ]
    for (const cursor of [...odd, Buffer.from('{"a":1}').toString('base64url'), 'x'.repeat(201)]) {
      expectNamed(await caller.call(path, type, { ...input(own), cursor }), 'cursor')
    }
  })

  test('is refused by messages.list as `before`, and by messages.poll as `since`', async () => {
    const { conversationId } = own
    for (const odd of ['', 'nonsense', '1', `${randomUUID()}'--`, 'x'.repeat(201)]) {
      expectNamed(await caller.call('messages.list', 'query', { conversationId, before: odd }), 'before')
      expectNamed(await caller.call('messages.poll', 'query', { conversationId, since: odd }), 'since')
    }
  })

  test('is refused by conversations.markRead', async () => {
    const { conversationId } = own
    for (const cursor of ['', 'abc', '-1', '1.5', ' 1', '1'.repeat(16)]) {
      expectNamed(await caller.call('conversations.markRead', 'mutation', { conversationId, cursor }), 'cursor')
    }
  })
})

test('a procedure that does not exist is NOT_FOUND', async () => {
  for (const path of [
    'nothing',
    'messages',
    'messages.nothing',
    '__proto__',
    'constructor.constructor',
    'messages.send.mutate',
  ]) {
    for (const type of ['query', 'mutation'] as const) {
      const outcome = await caller.call(path, type, {})
      expect(outcome).toMatchObject({ refused: { code: 'NOT_FOUND' } })
      expectNothingInternal(outcome)
    }
  }
})
