import { createScriptedProvider, tokens } from '../test/scripted-provider/index.ts'
import { createChatAccumulator } from '../src/models/openai/chat-accumulator.ts'
import { createOpenAiProvider } from '../src/models/openai/create-openai-provider.ts'

/** What a chunk of an answer costs: the accumulator alone, and the whole way from the socket. Run it with `node`. */

function measureAccumulator(chunks: number, content: string): { microseconds: number; characters: number } {
  const json = JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })
  const accumulator = createChatAccumulator({ mayBeEmpty: false })
  const parsed: unknown[] = Array.from({ length: chunks }, () => JSON.parse(json) as unknown)
  let characters = 0
  const startedAt = process.cpuUsage()
  for (const chunk of parsed) {
    for (const event of accumulator.add(chunk)) if (event.type === 'text') characters += event.text.length
  }
  accumulator.end(true)
  return { microseconds: toMicroseconds(process.cpuUsage(startedAt)), characters }
}

function measureToolCall(bytes: number): number {
  const accumulator = createChatAccumulator({ mayBeEmpty: false })
  const call = (args: string, name?: string) => ({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name, arguments: args } }] } }],
  })
  const startedAt = process.cpuUsage()
  accumulator.add(call('{"list":[', 'add'))
  for (let sent = 0; sent < bytes; sent += 16) accumulator.add(call('{"text":"12345"}'.slice(0, 15) + '},'))
  accumulator.add(call('{}]}'))
  accumulator.end(true)
  return toMicroseconds(process.cpuUsage(startedAt))
}

async function measureWholeWay(count: number): Promise<number> {
  await using provider = await createScriptedProvider()
  provider.script(tokens(count))
  const config = {
    kind: 'openai',
    name: 'Bench',
    baseUrl: provider.baseUrl,
    apiKey: null,
    defaultModel: 'm',
    note: null,
  } as const
  const driver = createOpenAiProvider({ config, idleTimeoutMs: 60_000 })
  const request = {
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    tools: [],
    signal: new AbortController().signal,
  } as const
  const startedAt = process.cpuUsage()
  let events = 0
  for await (const event of driver.stream(request)) events += event.type === 'text' ? 1 : 0
  const microseconds = toMicroseconds(process.cpuUsage(startedAt))
  if (events !== count) throw new Error(`${events} of ${count} tokens came`)
  return microseconds
}

function toMicroseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

measureAccumulator(20_000, 'warm up ')
for (const chunks of [25_000, 50_000, 100_000]) {
  const { microseconds, characters } = measureAccumulator(chunks, 'ten chars ')
  console.log(`accumulator: ${characters} characters in ${chunks} chunks, ${(microseconds / chunks).toFixed(2)} µs a chunk`)
}
for (const bytes of [250_000, 500_000, 1_000_000]) {
  console.log(`tool call:   ${bytes} bytes of arguments in ${(measureToolCall(bytes) / 1000).toFixed(1)} ms`)
}
await measureWholeWay(5000)
for (const count of [10_000, 20_000]) {
  const microseconds = await measureWholeWay(count)
  console.log(
    `whole way:   ${count} tokens, ${(microseconds / count).toFixed(1)} µs a token (both ends of the socket in this process)`,
  )
}
