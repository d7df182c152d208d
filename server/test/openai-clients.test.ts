import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { connect, createTestApp, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createScriptedProvider, tokensText } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'

const run = promisify(execFile)
const model = 'scripted-1'
const count = 'tokens 20 at 200'
const counted = tokensText(20)

async function join(pieces: AsyncIterable<string>): Promise<string> {
  let whole = ''
  for await (const piece of pieces) whole += piece
  return whole
}

test('the AI SDK and LangChain get whole and streamed answers, unchanged', async () => {
  await using app = await createTestApp()
  const user = await app.createUser()
  const { token: apiKey } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['chat'] })
  const baseURL = `${app.url}/v1`
  const models = [createOpenAI({ baseURL, apiKey })(model), createOpenAICompatible({ name: 'holdfast', baseURL, apiKey })(model)]
  for (const one of models) {
    expect((await generateText({ model: one, prompt: 'say Hello' })).text).toBe('Hello')
    expect(await join(streamText({ model: one, prompt: count }).textStream)).toBe(counted)
  }
  const chain = new ChatOpenAI({ model, apiKey, configuration: { baseURL } })
  expect((await chain.invoke('say Hello')).text).toBe('Hello')
  let whole = ''
  for await (const chunk of await chain.stream(count)) whole += chunk.text
  expect(whole).toBe(counted)
})

test('the official package for Python gets whole, streamed and background answers, unchanged', async (context) => {
  const hasPackage = await run('python3', ['-c', 'import openai']).then(
    () => true,
    () => false,
  )
  context.skip(!hasPackage, 'Python with the package openai is not on this machine')
  await using app = await createTestApp()
  const user = await app.createUser()
  const { token } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['chat'] })
  const program = fileURLToPath(new URL('openai-client.py', import.meta.url))
  const env = { ...process.env, OPENAI_BASE_URL: `${app.url}/v1`, OPENAI_API_KEY: token }
  const { stdout } = await run('python3', [program], { env })
  expect(JSON.parse(stdout)).toEqual({
    chat: 'Hello',
    chatStream: counted,
    response: 'Hello',
    responseStream: counted,
    background: 'Hello',
  })
})

test('kill -9 in the middle of a background response: its program reads on from where it was, without a gap or a repetition', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: model }
  let server = await startServerProcess(env)
  try {
    const guest = await createTestUser(server.url)
    const user = connect(server.url, guest.token)
    const { token: apiKey } = await user.client.tokens.create.mutate({ name: 'program', scopes: ['chat'] })
    await Promise.all([user.close(), guest.close()])
    const createClient = () => new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 })
    const stream = await createClient().responses.create({ model, input: 'tokens 200 at 100', background: true, stream: true })
    let [id, text, last] = ['', '', -1]
    const read = async (events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>, until: () => boolean) => {
      for await (const event of events) {
        expect(event.sequence_number).toBeGreaterThan(last)
        last = event.sequence_number
        if (event.type === 'response.created') ({ id } = event.response)
        if (event.type === 'response.output_text.delta') text += event.delta
        if (until()) return
      }
    }
    await read(stream, () => text.length > 100)
    await server.end('SIGKILL')
    server = await startServerProcess(env)
    await read(await createClient().responses.retrieve(id, { stream: true, starting_after: last }), () => false)
    const whole = await createClient().responses.retrieve(id)
    expect([whole.status, whole.output_text]).toEqual(['completed', text])
    expect(text.startsWith(tokensText(20))).toBe(true)
  } finally {
    await server[Symbol.asyncDispose]()
  }
})
