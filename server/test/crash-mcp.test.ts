import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Id, ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser, type TestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createGate, createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { createCommandAnswer } from '../testing/scripted-provider/command-answer.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { follow, type Follower } from './follow.ts'
import { servedTasks } from './mcp/served-tasks.ts'
import { createToolServer, textResult, type ServedTool } from './mcp/tool-server.ts'

const never = () => new Promise<never>(() => {})
const form = { type: 'object' as const, properties: { day: { type: 'string' as const, minLength: 2 } }, required: ['day'] }

/** A bank that is asked to pay, and killed in the middle: what each tool does before and after. */
function bankTools(isBack: boolean): ServedTool[] {
  const hang = isBack ? (args: object) => textResult(`paid again ${JSON.stringify(args)}`) : never
  const said = (status: string) => textResult(JSON.stringify(status === 'done' ? { status, result: 'paid once' } : { status }))
  return [
    { name: 'pay', inputSchema: { type: 'object', properties: { amount: { type: 'number' } } }, run: hang },
    { name: 'pay_checked', run: hang },
    { name: 'pay_undone', run: hang },
    { name: 'was_paid', annotations: { readOnlyHint: true }, run: () => said('done') },
    { name: 'was_undone', annotations: { readOnlyHint: true }, run: () => said('not-done') },
    {
      name: 'order',
      run: () => servedTasks.set('crash-order', { status: 'working', statusMessage: 'packing' }),
    },
    {
      name: 'book',
      run: (_args, { answers, state }) =>
        answers
          ? textResult(JSON.stringify({ answers, state }))
          : {
              resultType: 'input_required',
              inputRequests: { day: { method: 'elicitation/create', params: { message: 'Which day?', requestedSchema: form } } },
              requestState: 'page 7',
            },
    },
  ]
}

/** One conversation with one answer that calls one tool. */
async function callTool(user: TestUser, tool: string) {
  const content = `tool mcp__bank__${tool} {"amount":7}`
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content })
  return { conversationId: sent.conversationId, messageId: sent.assistantMessageId }
}

function callOf(reader: Follower, messageId: Id): ToolCallPart | undefined {
  return reader.message(messageId)?.parts.find((part): part is ToolCallPart => part.type === 'tool-call')
}

test(
  '[Q1][Q2][Q5] kill -9 while another server works: tasks and checks decide, a question waits, and a person decides about the rest',
  { timeout: 240_000 },
  async () => {
    await using directory = await createTemporaryDirectory()
    await using data = await createDataDirectory()
    await using provider = await createScriptedProvider()
    const gate = createGate()
    provider.script(createCommandAnswer(() => gate))
    await using bank = await createToolServer(bankTools(false))
    const MCP_SERVERS = join(directory.path, 'servers.json')
    const check = { pay_checked: 'was_paid', pay_undone: 'was_undone' }
    writeFileSync(MCP_SERVERS, JSON.stringify({ mcpServers: { bank: { url: bank.url, check } } }))
    const env = { DATA_DIR: data.path, MCP_SERVERS, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }

    await using doomed = await startServerProcess(env)
    const user = await createTestUser(doomed.url)
    const calls = []
    for (const tool of ['pay', 'pay', 'pay', 'pay_checked', 'pay_undone', 'order', 'book']) {
      const call = await callTool(user, tool)
      const reader = follow(user.client, call.conversationId)
      await reader.until(() => reader.message(call.messageId)?.status === 'waiting')
      const { callId = '' } = callOf(reader, call.messageId) ?? {}
      await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: call.messageId, callId, approve: true })
      // A task is on disk when it is asked for, and a question when it is shown.
      await reader.until(() => callOf(reader, call.messageId)?.state === (tool === 'book' ? 'waiting' : 'running'))
      if (tool === 'book') await reader.until(() => callOf(reader, call.messageId)?.form?.message === 'Which day?')
      reader.stop()
      calls.push({ ...call, callId })
    }
    await bank.called(7)
    await expect.poll(() => servedTasks.polls('crash-order')).toBeGreaterThan(0)
    await doomed.end('SIGKILL')
    await user.close()
    const before = bank.calls.length

    bank.setTools(bankTools(true))
    await using server = await startServerProcess(env)
    const { client, close } = connect(server.url, user.token)
    const opened = calls.map((call) => ({ ...call, reader: follow(client, call.conversationId) }))
    const [done, notDone, again, checked, undone, order, book] = opened
    if (!done || !notDone || !again || !checked || !undone || !order || !book) throw new Error('seven calls')
    const decide = (call: typeof done, outcome: 'done' | 'not-done' | 'run-again') =>
      client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId: call.messageId, callId: call.callId, outcome })
    const isAt = async ({ reader, messageId }: typeof done, status: string) => {
      await reader.until(() => reader.message(messageId)?.status === status)
      return callOf(reader, messageId)
    }

    for (const call of [done, notDone, again]) {
      expect(await isAt(call, 'waiting')).toMatchObject({ state: 'unknown', error: expect.stringContaining('outcome unknown') })
    }
    expect(await decide(done, 'done')).toMatchObject({ state: 'done' })
    expect(await decide(done, 'run-again'), 'the first decision counts').toMatchObject({ state: 'done' })
    expect(await decide(notDone, 'not-done')).toMatchObject({ state: 'failed' })
    expect(await decide(again, 'run-again')).toMatchObject({ state: 'pending' })
    expect(await isAt(done, 'completed')).toMatchObject({
      state: 'done',
      result: { note: expect.stringContaining('it was done') },
    })
    expect(await isAt(notDone, 'completed')).toMatchObject({ state: 'failed', error: expect.stringContaining('It was not done') })
    expect(await isAt(again, 'completed')).toMatchObject({ state: 'done', result: 'paid again {"amount":7}' })
    expect(again.reader.message(again.messageId)?.content).toBe('The tool said: "paid again {\\"amount\\":7}"')

    expect(await isAt(checked, 'completed')).toMatchObject({ state: 'done', result: 'paid once' })
    expect(await isAt(undone, 'completed')).toMatchObject({ state: 'done', result: 'paid again {"amount":7}' })

    expect(callOf(order.reader, order.messageId)?.state).toBe('running')
    servedTasks.set('crash-order', { status: 'completed', result: textResult('delivered') })
    expect(await isAt(order, 'completed')).toMatchObject({ state: 'done', result: 'delivered' })

    expect(await isAt(book, 'waiting')).toMatchObject({ form: { message: 'Which day?', schema: form } })
    const answer = (content: object) =>
      client.toolCalls.answer.mutate({
        requestId: randomUUID(),
        messageId: book.messageId,
        callId: book.callId,
        content: { ...content },
      })
    await expect(answer({ day: 'x' })).rejects.toThrow(/^content: /u)
    await answer({ day: 'Monday' })
    expect(await isAt(book, 'completed')).toMatchObject({
      state: 'done',
      form: null,
      result: { answers: { day: { action: 'accept', content: { day: 'Monday' } } }, state: 'page 7' },
    })

    const keysOf = (name: string) => bank.keys.filter((_, index) => bank.calls[index]?.name === name)
    const repeated = opened.map(({ callId }) => [callId, bank.keys.filter((key) => key === callId).length])
    expect(Object.fromEntries(repeated), 'only what was decided so is repeated, with the same key').toEqual({
      [done.callId]: 1,
      [notDone.callId]: 1,
      [again.callId]: 2,
      [checked.callId]: 1,
      [undone.callId]: 2,
      [order.callId]: 1,
      [book.callId]: 1,
    })
    expect(keysOf('book')).toEqual([book.callId, `${book.callId}.1`])
    expect(
      bank.calls
        .slice(before)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['book', 'pay', 'pay_undone', 'was_paid', 'was_undone'])
    for (const { reader } of opened) reader.stop()
    await close()
  },
)
