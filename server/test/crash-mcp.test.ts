import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolCallPart } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { createToolServer, textResult } from './mcp/tool-server.ts'
import { createScriptedProvider, inTurn, text, toolCalls } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const never = () => new Promise<never>(() => {})

test(
  'kill -9 while another server works: the outcome is unknown, and neither a restart nor Continue calls it again',
  { timeout: 120_000 },
  async () => {
    await using directory = await createTemporaryDirectory()
    await using data = await createDataDirectory()
    await using provider = await createScriptedProvider()
    await using bank = await createToolServer([{ name: 'pay', run: never }])
    const MCP_SERVERS = join(directory.path, 'servers.json')
    writeFileSync(MCP_SERVERS, JSON.stringify({ mcpServers: { bank: { url: bank.url } } }))
    const env = { DATA_DIR: data.path, MCP_SERVERS, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
    provider.script(inTurn(toolCalls({ name: 'mcp__bank__pay', args: { amount: 7 } }), text('Please look at your account.')))

    await using doomed = await startServerProcess(env)
    const user = await createTestUser(doomed.url)
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Pay' })
    const { conversationId, assistantMessageId: messageId } = sent
    const before = follow(user.client, conversationId)
    await before.until(() => before.message(messageId)?.status === 'waiting')
    const { callId } = before.message(messageId)?.parts.find((part): part is ToolCallPart => part.type === 'tool-call') ?? {
      callId: '',
    }
    await user.client.toolCalls.decide.mutate({ requestId: randomUUID(), messageId, callId, approve: true })
    await bank.called(1)
    before.stop()
    await doomed.end('SIGKILL')
    await user.close()

    bank.setTools([{ name: 'pay', run: () => textResult('paid again') }])
    await using server = await startServerProcess(env)
    const { client, close } = connect(server.url, user.token)
    const reader = follow(client, conversationId)
    await reader.until(() => reader.message(messageId)?.status === 'interrupted')
    expect(reader.message(messageId)).toMatchObject({
      error: { code: 'tool-outcome-unknown' },
      parts: [{ type: 'tool-call', name: 'mcp__bank__pay', state: 'unknown', args: { amount: 7 } }],
    })
    await client.messages.continue.mutate({ requestId: randomUUID(), messageId })
    await reader.until(() => reader.message(messageId)?.status === 'completed')
    expect(reader.message(messageId)?.content).toBe('Please look at your account.')
    const toModel = provider.requests.at(-1)?.body.messages?.find(({ role }) => role === 'tool')
    expect(String(toModel?.content)).toContain('outcome unknown')
    expect(bank.calls).toEqual([{ name: 'pay', args: { amount: 7 } }])
    reader.stop()
    await close()
  },
)
