import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { follow } from './follow.ts'
import { createScriptedProvider, hangBeforeHeaders, inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
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

test('[R18] kill -9 between a remark and its step, and in that step: the model gets it once, in its place', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  const tool = toolCalls({ name: 'add_task', args: { title: 'Buy milk' } })
  provider.script(inTurn(tool, hangBeforeHeaders, hangBeforeHeaders, text(said)))
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  const behindTool = (index: number) => {
    const sent = provider.requests[index]?.body.messages ?? []
    return sent.slice(sent.findIndex(({ role }) => role === 'tool') + 1).map(({ role, content }) => ({ role, content }))
  }
  const remark = { role: 'user', content: 'Bread, too' }

  await using first = await startServerProcess(env)
  const user = await createTestUser(first.url)
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'Add milk',
  })
  await expect.poll(() => provider.requests.length, { timeout: 60_000 }).toBe(2)
  const steering = { requestId: randomUUID(), messageId: assistantMessageId, content: 'Bread, too' }
  const steered = await user.client.messages.steer.mutate(steering)
  await first.end('SIGKILL')
  await user.close()

  await using second = await startServerProcess(env)
  await expect.poll(() => provider.requests.length, { timeout: 60_000 }).toBe(3)
  expect(behindTool(1)).toEqual([])
  expect(behindTool(2)).toEqual([remark])
  await second.end('SIGKILL')

  await using third = await startServerProcess(env)
  const { client, close } = connect(third.url, user.token)
  expect(await client.messages.steer.mutate(steering)).toEqual(steered)
  const reader = follow(client, conversationId)
  await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
  expect(behindTool(3)).toEqual([remark])
  expect(reader.message(assistantMessageId)?.parts).toMatchObject([
    { type: 'tool-call', name: 'add_task', state: 'done' },
    { type: 'remark', text: 'Bread, too', remarkId: steered.remarkId },
    { type: 'text', text: said },
  ])
  expect((await client.tasks.list.query({})).items).toHaveLength(1)
  await close()
})
