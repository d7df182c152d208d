import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { pgliteToDatabase } from '../src/platform/database/open-pglite.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { createMemoryPglite } from '../testing/memory-database.ts'
import { text, toolCalls } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { send } from './send.ts'
import { recordStatements } from './record-statements.ts'
import { tablesOf, verbOf } from './statement-tables.ts'

/**
 * Statements of the hot path that name neither a user nor a conversation, by their verb and tables, and why that is no obstacle to
 * databases that are split by user (docs/SCALING.md). Everything else carries the key, so that a router knows where it belongs.
 */
const byGeneration =
  'by the id of a generation that this node holds: the node has its conversation in memory, and adding it is a condition more'
const byMessage = 'by the id of a message of a conversation whose row the same transaction holds'
const allowed: Readonly<Record<string, string>> = {
  'select generations': byMessage,
  'update generations, messages': byMessage,
  'select planner_changes': byMessage,
  'select model_calls': byMessage,
  'select conversation_log': byGeneration,
  'update generations': byGeneration,
  'select tool_calls': byGeneration,
  'update tool_calls': byGeneration,
  'select generations, model_calls, tool_calls': byGeneration,
}

test('every statement of send, append, follow and list carries the user or the conversation', async () => {
  const pglite = await createMemoryPglite()
  const recorded = recordStatements(pglite)
  await using app = await createTestApp({ overrides: { database: pgliteToDatabase(recorded.pglite, async () => {}) } })
  app.provider.script(async (reply) => {
    const isFirst = reply.request.body.messages?.at(-1)?.role === 'user'
    await (isFirst ? toolCalls({ name: 'add_task', args: { title: 'Buy milk' } }) : text('It is on your list.'))(reply)
  })
  const user = await app.createUser()
  recorded.start()
  const sent = await send(user, 'Add milk')
  const { conversationId } = sent
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
  const next = await user.client.messages.send.mutate({ requestId: randomUUID(), conversationId, content: 'And bread' })
  await reader.until(() => reader.message(next.assistantMessageId)?.status === 'completed')
  // A reader that was away reads the log.
  const { cursor } = reader.state()
  const caughtUp = Promise.withResolvers<void>()
  const behind = user.client.conversations.follow.subscribe(
    { conversationId, lastEventId: '1' },
    { onData: ({ id }) => (Number(id) >= cursor ? caughtUp.resolve() : undefined), onError: caughtUp.reject },
  )
  await caughtUp.promise
  behind.unsubscribe()
  reader.stop()
  await user.client.conversations.list.query({})
  await user.client.conversations.get.query({ conversationId })
  await user.client.messages.list.query({ conversationId })
  const statements = recorded.stop()

  expect(statements.length).toBeGreaterThan(50)
  const without = new Map<string, string>()
  for (const statement of statements) {
    const tables = tablesOf(statement)
    if (tables.length > 0 && !carriesKey(statement)) without.set(`${verbOf(statement)} ${tables.join(', ')}`, statement)
  }
  const unexpected = [...without].filter(([name]) => !(name in allowed))
  expect(unexpected).toEqual([])
  const superfluous = Object.keys(allowed).filter((name) => !without.has(name))
  expect(superfluous).toEqual([])
})

/** Whether a condition, or the columns of an insert, name whose rows these are. */
function carriesKey(statement: string): boolean {
  // Also of the statements that `with` puts before another.
  if (/\binsert\s+into\s+"?[a-z_]+"?\s*\([^)]*\b(?:user_id|conversation_id)\b/iu.test(statement)) return true
  const conditions = statement.replace(/^[\s\S]*?\b(?:where|on|using)\b/iu, '')
  if (conditions === statement) return false
  return (
    /\b(?:user_id|conversation_id)"?\)?\s*(?:=|in\b|is not distinct from)/iu.test(conditions) ||
    /(?:=|in \()\s*"?[a-z_]*"?\.?"?(?:user_id|conversation_id)\b/iu.test(conditions) ||
    /"?(?:conversations|users)"?\."?id"?\s*(?:=|in\b)/iu.test(conditions)
  )
}
