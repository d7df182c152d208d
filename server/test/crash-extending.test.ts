import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createScriptedProvider, inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { follow } from './follow.ts'

const crashingMain = fileURLToPath(new URL('./crashing-main.ts', import.meta.url))
const lines = (file: string) => readFileSync(file, 'utf8').split('\n').filter(Boolean)

test.for(['call', 'inside', 'after', 'next'] as const)(
  'kill -9 at "%s": the row that a tool of a developer has written after an approval is there exactly once',
  async (place) => {
    await using directory = await createDataDirectory()
    await using provider = await createScriptedProvider()
    provider.script(async (reply) => {
      const messages = reply.request.body.messages ?? []
      const isFirst = messages.at(-1)?.role === 'user'
      const asks = JSON.stringify(messages).includes('What is booked')
      const call = asks
        ? toolCalls({ name: 'list_bookings', args: {} })
        : toolCalls({ name: 'book_room', args: { room: 'Attic' } })
      await (isFirst ? call : text('Done.'))(reply)
    })
    const env = {
      DATA_DIR: directory.path,
      OPENAI_BASE_URL: provider.baseUrl,
      OPENAI_MODEL: 'scripted-1',
      EXTENDED: join(directory.path, 'sent'),
    }
    await using doomed = await startServerProcess({ ...env, CRASH_AT: place }, crashingMain)
    const user = await createTestUser(doomed.url)
    const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
      requestId: randomUUID(),
      content: 'Book the attic',
    })
    const asked = follow(user.client, conversationId)
    await asked.until(() => asked.message(assistantMessageId)?.status === 'waiting')
    const part = asked.message(assistantMessageId)?.parts.find((each): each is ToolCallPart => each.type === 'tool-call')
    expect(part).toMatchObject({ name: 'book_room', state: 'waiting', question: 'Book Attic?' })
    await user.client.toolCalls.decide.mutate({
      requestId: randomUUID(),
      messageId: assistantMessageId,
      callId: part?.callId ?? '',
      approve: true,
    })
    expect(await doomed.exited).toBe(null)
    await user.close()

    await using server = await startServerProcess(env, crashingMain)
    const { client, close } = connect(server.url, user.token)
    const reader = follow(client, conversationId)
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(reader.message(assistantMessageId)?.parts).toMatchObject([
      { type: 'tool-call', name: 'book_room', state: 'done', result: { booking: expect.any(Number) } },
      { type: 'text', text: 'Done.' },
    ])
    const listing = await client.messages.send.mutate({ requestId: randomUUID(), content: 'What is booked?' })
    const other = follow(client, listing.conversationId)
    await other.until(() => other.message(listing.assistantMessageId)?.status === 'completed')
    expect(other.message(listing.assistantMessageId)?.parts).toMatchObject([
      { name: 'list_bookings', state: 'done', result: ['Attic'] },
      { type: 'text' },
    ])
    await close()
  },
)

test.for([
  { name: 'send_again', state: 'done', times: 2 },
  { name: 'send_once', state: 'unknown', times: 1 },
])(
  'kill -9 while $name, an external tool, runs: $times times with one key, and its state is $state',
  async ({ name, state, times }) => {
    await using directory = await createDataDirectory()
    await using provider = await createScriptedProvider()
    provider.script(inTurn(toolCalls({ name, args: { to: 'Ann' } }), text('Done.')))
    const file = join(directory.path, 'sent')
    writeFileSync(file, '')
    const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1', EXTENDED: file }
    await using doomed = await startServerProcess({ ...env, CRASH_AT: 'outside' }, crashingMain)
    const user = await createTestUser(doomed.url)
    const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
      requestId: randomUUID(),
      content: 'Send it',
    })
    expect(await doomed.exited).toBe(null)
    await user.close()

    await using server = await startServerProcess(env, crashingMain)
    const { client, close } = connect(server.url, user.token)
    const reader = follow(client, conversationId)
    const call = () => reader.message(assistantMessageId)?.parts.find((each): each is ToolCallPart => each.type === 'tool-call')
    await reader.until(() => call()?.state === state)
    if (state === 'unknown') {
      const decision = { messageId: assistantMessageId, callId: call()?.callId ?? '' }
      await client.toolCalls.decide.mutate({ requestId: randomUUID(), ...decision, outcome: 'done' })
    }
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(lines(file)).toHaveLength(times)
    expect(new Set(lines(file)).size).toBe(1)
    await close()
  },
)

test('kill -9 while a provider of a developer answers: the answer continues where it was cut off', async () => {
  await using directory = await createDataDirectory()
  const env = { DATA_DIR: directory.path, EXTENDED: join(directory.path, 'sent') }
  await using doomed = await startServerProcess({ ...env, CRASH_AT: 'own-text' }, crashingMain)
  const user = await createTestUser(doomed.url)
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'Count',
  })
  expect(await doomed.exited).toBe(null)
  await user.close()

  await using server = await startServerProcess(env, crashingMain)
  const { client, close } = connect(server.url, user.token)
  const reader = follow(client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const { content = '', notes } = reader.message(assistantMessageId) ?? {}
  expect(content.trim().split(/\s+/u)).toEqual(Array.from({ length: 60 }, (_, count) => `n${count}`))
  expect(notes).toMatchObject([{ kind: 'resumed', times: 1 }])
  await close()
})
