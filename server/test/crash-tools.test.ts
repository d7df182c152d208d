import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { follow } from './follow.ts'
import { createScriptedProvider, inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'

const crashingMain = fileURLToPath(new URL('./crashing-main.ts', import.meta.url))
/** Of "A scripted title". */
const titleTokens = 3
const said = 'Both tasks are on your list. '.repeat(10)

const call = toolCalls({ name: 'add_task', args: { title: 'Buy milk' } }, { name: 'add_task', args: { title: 'Buy bread' } })

test.for(['call', 'inside', 'after', 'next'] as const)(
  'kill -9 at "%s": the end is that of a run without a kill; never two tasks, never none',
  async (place) => {
    await using directory = await createDataDirectory()
    await using provider = await createScriptedProvider()
    provider.script(async (reply) => {
      const isFirst = reply.request.body.messages?.at(-1)?.role === 'user'
      await (isFirst ? call : text(said))(reply)
    })
    const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
    await using doomed = await startServerProcess({ ...env, CRASH_AT: place }, crashingMain)
    const user = await createTestUser(doomed.url)
    const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
      requestId: randomUUID(),
      content: 'Add milk and bread',
    })
    expect(await doomed.exited).toBe(null)
    await user.close()

    await using server = await startServerProcess(env)
    const { client, close } = connect(server.url, user.token)
    const reader = follow(client, conversationId)
    await reader.until((state) => state.conversation?.hasActiveGeneration === false)
    const message = reader.message(assistantMessageId)
    expect(message).toMatchObject({ status: 'completed', content: said })
    const calls = (message?.parts ?? []).filter((part): part is ToolCallPart => part.type === 'tool-call')
    expect(calls.map(({ name, state, args }) => ({ name, state, args }))).toEqual([
      { name: 'add_task', state: 'done', args: { title: 'Buy milk' } },
      { name: 'add_task', state: 'done', args: { title: 'Buy bread' } },
    ])
    const { items } = await client.tasks.list.query({})
    expect(items.map(({ title }) => title).toSorted()).toEqual(['Buy bread', 'Buy milk'])

    // A row for each call, also for the one that the crash cut off: with our own count of what was sent, and nothing that it said.
    await reader.until((state) => state.conversation?.title === 'A scripted title')
    const { total } = await client.usage.summary.query({ by: 'conversation' })
    const cutOff = place === 'after' || place === 'next' ? 1 : 0
    const billed = await provider.closed(provider.calls - 1)
    expect(total).toMatchObject({
      calls: 3 + cutOff,
      estimatedCalls: cutOff,
      outputTokens: billed.sentTokens + titleTokens + calls.length,
    })
    expect(total.inputTokens > 30, 'what was sent counts').toBe(cutOff === 1)
    await close()
  },
)

test('[P5] kill -9 in mid-text after tools have run: the tasks stay, and the answer that goes on does not repeat them', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  provider.script(inTurn(text(said, { perSecond: 200 }), call, text('Done.')))
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  await using doomed = await startServerProcess({ ...env, CRASH_AT: 'text' }, crashingMain)
  const user = await createTestUser(doomed.url)
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'Add milk and bread',
  })
  await doomed.exited
  await user.close()

  await using server = await startServerProcess(env)
  const { client, close } = connect(server.url, user.token)
  const reader = follow(client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  const { content = '', notes } = reader.message(assistantMessageId) ?? {}
  expect(content).toMatch(/^Both tasks are on your list\. .*Done\.$/u)
  expect(notes).toMatchObject([{ kind: 'resumed', times: 1 }])
  const { items } = await client.tasks.list.query({})
  expect(items.map(({ title }) => title).toSorted()).toEqual(['Buy bread', 'Buy milk'])
  await close()
})
