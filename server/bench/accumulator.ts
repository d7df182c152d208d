import { createChatAccumulator } from '../src/models/openai/chat-accumulator.ts'
import { createOpenAiProvider } from '../src/models/openai/create-openai-provider.ts'
import { createScriptedProvider, tokens } from '../testing/scripted-provider/index.ts'
import { percentile, type Figure } from './figures.ts'

const content = 'ten chars '
const runs = 7

/** The cost of reading an answer, as CPU time: other programs of the machine hardly change it. */
export async function measureAccumulator(): Promise<Figure[]> {
  addChunks(50_000)
  const perChunk = repeat(() => addChunks(50_000) / 50_000)
  const once = repeat(() => addChunks(100_000))
  const twice = repeat(() => addChunks(200_000))
  addArguments(250_000)
  const argumentsOnce = repeat(() => addArguments(1_000_000))
  const argumentsTwice = repeat(() => addArguments(2_000_000))
  await readAnswer(5_000)
  const wholeWay: number[] = []
  for (let run = 0; run < 3; run += 1) wholeWay.push((await readAnswer(20_000)) / 20_000)
  return [
    {
      name: 'A chunk in the accumulator, CPU',
      value: perChunk,
      unit: 'µs',
      limit: 20,
      method: `median of ${runs} × 50,000 chunks of ${content.length} characters`,
    },
    {
      name: 'An answer of 2 MB ÷ one of 1 MB, CPU',
      value: twice / once,
      unit: '×',
      limit: 2.5,
      method: `medians of ${runs}; the accumulator, ${content.length} characters a chunk`,
    },
    {
      name: 'Arguments of a tool, 2 MB ÷ 1 MB, CPU',
      value: argumentsTwice / argumentsOnce,
      unit: '×',
      limit: 2.5,
      method: `medians of ${runs}; 16 characters a chunk, checked for their end as they come`,
    },
    {
      name: 'A token from the socket to the agent loop, CPU',
      value: percentile(wholeWay, 0.5),
      unit: 'µs',
      limit: 100,
      method: 'median of 3 × 20,000 tokens; both ends of the socket are in this process',
    },
  ]
}

function repeat(measure: () => number): number {
  return percentile(
    Array.from({ length: runs }, () => measure()),
    0.5,
  )
}

/** Microseconds for so many chunks of text. */
function addChunks(chunks: number): number {
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
  const microseconds = toMicroseconds(process.cpuUsage(startedAt))
  if (characters !== chunks * content.length) throw new Error(`${characters} characters of ${chunks * content.length} came out`)
  return microseconds
}

/** Microseconds for a call whose arguments have so many bytes. */
function addArguments(bytes: number): number {
  const accumulator = createChatAccumulator({ mayBeEmpty: false })
  const call = (args: string, name?: string) => ({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name, arguments: args } }] } }],
  })
  const startedAt = process.cpuUsage()
  accumulator.add(call('{"list":[', 'add'))
  for (let sent = 0; sent < bytes; sent += 16) accumulator.add(call('{"text":"12345"},'))
  accumulator.add(call('{}]}'))
  accumulator.end(true)
  return toMicroseconds(process.cpuUsage(startedAt))
}

/** Microseconds for an answer of so many tokens over a socket. */
async function readAnswer(count: number): Promise<number> {
  await using provider = await createScriptedProvider()
  provider.script(tokens(count))
  const config = { name: 'Bench', baseUrl: provider.baseUrl, apiKey: null, defaultModel: 'm' }
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
