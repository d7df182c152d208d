import { writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installRuntime } from '../src/local-model/install-runtime.ts'
import { toLocalModelPlace } from '../src/local-model/local-model-place.ts'
import { runModel, type RunningModel } from '../src/local-model/run-model.ts'
import type { ModelEvent } from '../src/models/model.ts'
import { createOpenAiProvider } from '../src/models/openai/create-openai-provider.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { createTinyGguf } from './tiny-gguf.ts'

/** With `TEST_LOCAL_MODEL=1` what runs models is installed here from the npm registry, once. Without it nothing is fetched. */
const place = toLocalModelPlace(fileURLToPath(new URL('../../node_modules/.cache', import.meta.url)))
const isThere = existsSync(join(place.runtime, 'installed'))
const isWanted = process.env['TEST_LOCAL_MODEL'] === '1'
if (!isThere && !isWanted) {
  process.stdout.write('Skipped: llama.cpp is not installed for tests. TEST_LOCAL_MODEL=1 installs it from the npm registry.\n')
}

/** Of the processes that have begun to answer. */
const processIds: number[] = []
const logger = createLogger('info', {
  write: (line) => {
    const { processId } = JSON.parse(line) as { processId?: number }
    if (processId !== undefined) processIds.push(processId)
  },
})
const token = 'a-token-of-a-test'

describe.runIf(isThere || isWanted)('llama.cpp with a model of random weights', { timeout: 300_000 }, () => {
  let directory: Awaited<ReturnType<typeof createTemporaryDirectory>>
  let running: RunningModel
  let baseUrl = ''
  beforeAll(async () => {
    await installRuntime({ logger }, place, new AbortController().signal)
    directory = await createTemporaryDirectory()
    const modelPath = join(directory.path, 'tiny.gguf')
    await writeFile(modelPath, createTinyGguf())
    const port = await new Promise<number>((resolve) => {
      running = runModel({
        logger,
        order: {
          engine: new URL('../src/local-model/process/llama-engine.ts', import.meta.url).href,
          model: 'tiny',
          modelPath,
          runtime: place.runtime,
          port: 0,
          token,
        },
        onReady: async (found) => resolve(found),
      })
    })
    baseUrl = `http://127.0.0.1:${port}/v1`
  }, 300_000)
  afterAll(async () => {
    await running[Symbol.asyncDispose]()
    await directory[Symbol.asyncDispose]()
  })

  const createProvider = () =>
    createOpenAiProvider({
      config: { name: 'Local', baseUrl, apiKey: token, defaultModel: 'tiny' },
      idleTimeoutMs: 120_000,
    })
  const question = { model: 'tiny', messages: [{ role: 'user', content: 'Hello' }], tools: [] } as const
  const post = (body: object) =>
    fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny', messages: question.messages, ...body }),
    })

  test('it lists its model with its context, and answers as a stream', async () => {
    const provider = createProvider()
    expect(await provider.list(new AbortController().signal)).toMatchObject([{ id: 'tiny', contextWindow: 1_024 }])
    const events: ModelEvent[] = []
    const left = new AbortController()
    // Random weights seldom come to an end by themselves.
    for await (const event of provider.stream({ ...question, signal: left.signal })) {
      events.push(event)
      if (events.length === 5) break
    }
    expect(events).toHaveLength(5)
    expect(events.every(({ type }) => type === 'text')).toBe(true)
  })

  test('a whole answer has at most as many tokens as are asked for, also with tools', async () => {
    const tool = {
      type: 'function',
      function: { name: 'clock', description: 'The time', parameters: { type: 'object', properties: {} } },
    }
    for (const tools of [[], [tool]]) {
      const answer = (await (await post({ max_tokens: 8, tools })).json()) as {
        choices: { finish_reason: string; message: { content: string } }[]
        usage: { prompt_tokens: number; completion_tokens: number }
      }
      expect(answer.choices[0]?.finish_reason).toBe('length')
      expect(answer.usage.prompt_tokens).toBeGreaterThan(0)
      expect(answer.usage.completion_tokens).toBeLessThanOrEqual(9)
    }
  })

  test('an answer takes parameters, and ends at its limit', async () => {
    const parameters = { temperature: 0, topP: 0.5, maxOutputTokens: 4, reasoningEffort: 'low' }
    const events = []
    const stream = createProvider().stream({ ...question, parameters, signal: new AbortController().signal })
    for await (const event of stream) events.push(event)
    expect(events.at(-1)).toMatchObject({ type: 'end', finishReason: 'length' })
    expect(events.filter(({ type }) => type === 'note')).toEqual([])
  })

  test('a client that leaves ends its answer: the next one has its turn', async () => {
    const left = new AbortController()
    const stream = createProvider().stream({ ...question, signal: left.signal })
    await expect(async () => {
      for await (const _ of stream) left.abort()
    }).rejects.toThrow('The answer was stopped')
    expect((await post({ max_tokens: 2 })).status).toBe(200)
  })

  test('a process that is killed in mid-answer breaks the answer off, and the next one answers at the same address', async () => {
    const before = processIds.at(-1) ?? 0
    await expect(async () => {
      const stream = createProvider().stream({ ...question, signal: new AbortController().signal })
      for await (const _ of stream) process.kill(before, 'SIGKILL')
    }).rejects.toThrow()
    await expect.poll(() => processIds.at(-1), { timeout: 60_000 }).not.toBe(before)
    expect((await post({ max_tokens: 2 })).status).toBe(200)
  })

  test('what is asked wrongly is refused by the name of the field', async () => {
    const refused = await post({ messages: [] })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { message: expect.stringContaining('messages') } })
    expect((await post({ model: 'another' })).status).toBe(404)
  })
})
