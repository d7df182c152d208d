import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { pgliteToDatabase } from '../src/platform/database/open-pglite.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { createMemoryPglite } from '../testing/memory-database.ts'
import { createBelongings } from './belongings.ts'
import { everyProcedure } from './every-procedure.ts'
import { giveAccount, renewToken } from './give-account.ts'
import { watchStatements } from './record-statements.ts'
import { tablesOf, verbOf } from './statement-tables.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { callOverHttp } from './untyped-call.ts'

/** Statements that name nobody, or that use an id from the client before it was found among what is the caller's, and why they may. */
const newMessages = 'the ids of new messages: one that exists already is refused, and the conversation is the caller’s'
const allowed: Readonly<Record<string, string>> = {
  'account.delete: select files': 'whether anybody else has a file of the same bytes, which are kept once',
  'conversations.create: insert search_titles': 'of the conversation that the statement before has made',
  'imports.start: select imports': 'whether the id is taken, also by another person, whose import is refused as such',
  'messages.complete: insert messages': newMessages,
  'messages.complete: select messages': 'a parent among the messages of a conversation, which is the caller’s',
  'messages.send: insert messages': newMessages,
  'shares.copy: select conversations, shares': 'whoever has the token of a link reads what it shows',
  'tokens.create: select access_tokens': 'whether the id is taken, also by another person, whose token is refused as such',
  'toolCalls.answer: select tool_calls': 'a call has an id of its own in its message, and that is the caller’s',
}

/** A call of a procedure. */
interface WatchedCall {
  readonly path: string
  readonly userId: string
  /** Ids that the client has sent and that no statement has found among the rows of the caller. */
  readonly unchecked: Set<string>
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu
const toIds = (json: string) => new Set((json.match(uuid) ?? []).map((id) => id.toLowerCase()))

test('every statement of every procedure names the caller, or uses only ids that one which does has found (attack C10)', async () => {
  const calls = new AsyncLocalStorage<WatchedCall | null>()
  let next: WatchedCall | null = null
  /** Statements that break the rule. */
  const found = new Map<string, string>()
  // Everything that a request causes has its call; what the server does by itself has none.
  const onRequest = () => calls.enterWith(next)
  subscribe('http.server.request.start', onRequest)
  const pglite = watchStatements(await createMemoryPglite(), ({ text, parameters, result }) => {
    const call = calls.getStore()
    const tables = tablesOf(text)
    if (!call || tables.length === 0) return
    const ids = toIds(JSON.stringify(parameters ?? []))
    const name = `${call.path}: ${verbOf(text)} ${tables.join(', ')}`
    const namesCaller = ids.has(call.userId) && carriesUser(text)
    const isReached = ids.size > 0 && ids.isDisjointFrom(call.unchecked)
    if (!namesCaller && !isReached) found.set(name, text)
    // An insert finds nothing.
    const finds = name in allowed || isReached || (namesCaller && verbOf(text) !== 'insert')
    void result.then(({ json, count }) => {
      if (!finds || count === 0) return
      for (const id of ids.union(toIds(json))) call.unchecked.delete(id)
    })
  })
  await using app = await createTestApp({ overrides: { database: pgliteToDatabase(pglite, async () => {}) } })
  const owner = await app.createUser()
  await owner.client.admin.settings.update.mutate({ ownKeys: true })
  const create = async () => {
    const user = await app.createUser()
    return { user, own: await createBelongings(app, user) }
  }
  let { user, own } = await create()
  for (const [path, { type, input, isForAdmins, isForAccounts, isPublic }] of Object.entries(everyProcedure)) {
    // What administrators do is about others, and whoever has a link is nobody.
    if (isForAdmins || isPublic) continue
    if (isForAccounts) {
      ;({ user, own } = await create())
      await giveAccount(app.url, user)
    }
    const run = async () => {
      const token = await renewToken(app.url, user)
      if (token === undefined) return null
      const body = input?.(own)
      const userId = tokenToUserId(token)
      next = { path, userId, unchecked: toIds(JSON.stringify(body ?? {})) }
      const outcome = await callOverHttp(app.url, { authorization: `Bearer ${token}` }).call(path, type, body)
      next = null
      return outcome
    }
    // An earlier call may have removed what this one needs, and the session of the caller.
    if (!('answer' in ((await run()) ?? {}))) {
      ;({ user, own } = await create())
      expect([path, await run()]).toMatchObject([path, { answer: expect.anything() }])
    }
  }
  unsubscribe('http.server.request.start', onRequest)
  expect(Object.fromEntries([...found].filter(([name]) => !(name in allowed)))).toEqual({})
  expect(Object.keys(allowed).filter((name) => !found.has(name))).toEqual([])
})

/** Whether a condition, or the columns of an insert, name a user. */
function carriesUser(statement: string): boolean {
  if (/\binsert\s+into\s+"?[a-z_]+"?\s*\([^)]*\buser_id\b/iu.test(statement)) return true
  const conditions = statement.replace(/^[\s\S]*?\b(?:where|on|using)\b/iu, '')
  return (
    conditions !== statement &&
    (/\buser_id"?\)?\s*(?:=|in\b|is not distinct from)/iu.test(conditions) ||
      /(?:=|in \()\s*"?[a-z_]*"?\.?"?user_id\b/iu.test(conditions) ||
      /"?users"?\."?id"?\s*(?:=|in\b)/iu.test(conditions))
  )
}
