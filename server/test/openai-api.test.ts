import { randomUUID } from 'node:crypto'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, inTurn, text, tokens, tokensText, toolCalls, type Answer } from '../testing/scripted-provider/index.ts'
import { send } from './send.ts'

let app: TestApp
let user: TestUser
let openai: OpenAI

beforeAll(async () => {
  app = await createTestApp()
  user = await app.createUser()
  openai = await createOpenai(user)
})
afterAll(() => app[Symbol.asyncDispose]())

async function createOpenai(owner: TestUser, scopes: ('api' | 'mcp' | 'chat')[] = ['chat']): Promise<OpenAI> {
  const { token } = await owner.client.tokens.create.mutate({ name: 'program', scopes })
  return new OpenAI({ apiKey: token, baseURL: `${app.url}/v1`, maxRetries: 0 })
}

const script = (answer: Answer) => app.provider.script(answer)
const messagesOf = async (conversationId: string, owner = user) =>
  (await owner.client.messages.list.query({ conversationId })).messages
const idOf = (answer: object) => String((answer as { metadata?: { conversation_id?: unknown } }).metadata?.conversation_id)
const weather = {
  name: 'get_weather',
  description: 'The weather of a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
} as const

test('Chat Completions, whole and streamed: each call is a conversation of its owner, with usage', async () => {
  script(text('Hello there'))
  const request = { model: 'scripted-1', temperature: 0.5, max_tokens: 50, stop: ['END'] }
  const whole = await openai.chat.completions.create({
    ...request,
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Hi' },
    ],
  })
  expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant', content: 'Hello there' } })
  expect(whole.usage?.completion_tokens).toBeGreaterThan(0)
  const sent = app.provider.requests.at(-1)?.body as Record<string, unknown>
  expect(sent).toMatchObject({ temperature: 0.5, max_tokens: 50, stop: ['END'] })
  expect(JSON.stringify(sent)).toContain('Be short.')
  expect(sent).not.toHaveProperty('tools')
  expect((await messagesOf(idOf(whole))).map(({ role, content }) => [role, content])).toEqual([
    ['user', 'Hi'],
    ['assistant', 'Hello there'],
  ])

  script(tokens(40))
  const stream = await openai.chat.completions.create({
    messages: [{ role: 'user', content: 'Count' }],
    model: 'scripted-1',
    stream: true,
    stream_options: { include_usage: true },
  })
  let streamed = ''
  let usage: OpenAI.CompletionUsage | null | undefined
  let reason: string | null | undefined
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta.content ?? ''
    reason = chunk.choices[0]?.finish_reason ?? reason
    usage = chunk.usage ?? usage
  }
  expect([streamed, reason, usage !== undefined && usage !== null]).toEqual([tokensText(40), 'stop', true])
})

test('a chat that repeats what was said goes on with its conversation; one from elsewhere brings its history along', async () => {
  script(text('One'))
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'system', content: 'Speak like a pirate.' },
    { role: 'user', content: 'First' },
  ]
  const first = await openai.chat.completions.create({ model: 'scripted-1', messages })
  script(text('Two'))
  const more: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'system', content: 'Speak like a sailor.' },
    ...messages.slice(1),
    { role: 'assistant', content: 'One' },
    { role: 'user', content: 'Second' },
  ]
  const second = await openai.chat.completions.create({ model: 'scripted-1', messages: more })
  expect(idOf(second)).toBe(idOf(first))
  expect((await messagesOf(idOf(first))).map(({ content }) => content)).toEqual(['First', 'One', 'Second', 'Two'])
  const sent = JSON.stringify(app.provider.requests.at(-1)?.body)
  expect([sent.includes('sailor'), sent.includes('pirate')]).toEqual([true, false])

  script(text('Four'))
  const foreign = await openai.chat.completions.create({
    model: 'scripted-1',
    messages: [
      { role: 'user', content: 'What is two and two?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":2}' } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{"sum":4}' },
      { role: 'assistant', content: 'It is four.' },
      { role: 'user', content: 'Sure?' },
    ],
  })
  const [, answer, question] = await messagesOf(idOf(foreign))
  expect(answer?.parts).toEqual([
    { type: 'tool-call', callId: 'call_1', name: 'add', args: { a: 2 }, state: 'done', result: { sum: 4 } },
    { type: 'text', text: 'It is four.' },
  ])
  expect(question?.content).toBe('Sure?')

  script(text('Below'))
  const named = await openai.chat.completions.create(
    { model: 'scripted-1', messages: [{ role: 'user', content: 'Third' }] },
    { headers: { 'X-Conversation-Id': idOf(first) } },
  )
  expect(idOf(named)).toBe(idOf(first))
  expect((await messagesOf(idOf(first))).at(-1)?.content).toBe('Below')
})

test('tools are the program’s: the answer waits for their results, and goes on in the same message', async () => {
  script(
    inTurn(
      toolCalls({ name: 'get_weather', args: { place: 'Bern' } }, { name: 'get_weather', args: { place: 'Uri' } }),
      text('Sunny'),
    ),
  )
  const tools: OpenAI.ChatCompletionTool[] = [
    { type: 'function', function: { ...weather, parameters: { ...weather.parameters } } },
  ]
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Weather?' }]
  const first = await openai.chat.completions.create({ model: 'scripted-1', messages, tools, tool_choice: 'required' })
  const called = first.choices[0]?.message.tool_calls ?? []
  expect(first.choices[0]?.finish_reason).toBe('tool_calls')
  expect(called.map((call) => call.type === 'function' && call.function)).toEqual([
    { name: 'get_weather', arguments: '{"place":"Bern"}' },
    { name: 'get_weather', arguments: '{"place":"Uri"}' },
  ])
  expect(app.provider.requests.at(-1)?.body).toMatchObject({
    tool_choice: 'required',
    tools: [{ function: { name: 'get_weather' } }],
  })
  const [, waiting] = await messagesOf(idOf(first))
  expect(waiting?.status).toBe('waiting')
  const results = called.map(({ id }, index) => ({
    role: 'tool' as const,
    tool_call_id: id,
    content: `{"degrees":${20 + index}}`,
  }))
  const asked = [...messages, first.choices[0]?.message ?? { role: 'assistant' as const, content: '' }]
  await expect(
    openai.chat.completions.create({ model: 'scripted-1', tools, messages: [...asked, ...results.slice(0, 1)] }),
  ).rejects.toMatchObject({ status: 400, param: 'messages' })
  const stream = await openai.chat.completions.create({
    model: 'scripted-1',
    tools,
    messages: [...asked, ...results],
    stream: true,
  })
  let said = ''
  for await (const chunk of stream) said += chunk.choices[0]?.delta.content ?? ''
  expect(said).toBe('Sunny')
  const [, answer, ...rest] = await messagesOf(idOf(first))
  expect([rest.length, answer?.status, answer?.id]).toEqual([0, 'completed', waiting?.id])
  expect(answer?.parts.map((part) => (part.type === 'tool-call' ? part.result : part.type === 'text' && part.text))).toEqual([
    { degrees: 20 },
    { degrees: 21 },
    'Sunny',
  ])
})

test('Responses: streamed events, the response that follows, tools, and reading it again', async () => {
  script(tokens(30))
  const stream = await openai.responses.create({ model: 'scripted-1', input: 'Count', instructions: 'Be quick.', stream: true })
  const events: OpenAI.Responses.ResponseStreamEvent[] = []
  for await (const event of stream) events.push(event)
  const numbers = events.map(({ sequence_number: number }) => number)
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
  expect(events.map(({ type }) => type).filter((type) => type !== 'response.output_text.delta')).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
  const done = events.at(-1)
  const response = done?.type === 'response.completed' ? done.response : null
  expect(response).toMatchObject({ status: 'completed', instructions: 'Be quick.' })

  const again = await openai.responses.retrieve(response?.id ?? '')
  expect([again.output_text, again.status]).toEqual([tokensText(30), 'completed'])

  script(inTurn(toolCalls({ name: 'get_weather', args: { place: 'Bern' } }), text('Rain')))
  const tools = [{ type: 'function' as const, strict: false, ...weather, parameters: { ...weather.parameters } }]
  const called = await openai.responses.create({ model: 'scripted-1', previous_response_id: again.id, input: 'Weather?', tools })
  const call = called.output.find((item) => item.type === 'function_call')
  expect(call?.arguments).toBe('{"place":"Bern"}')
  await expect(
    openai.responses.create({ previous_response_id: called.id, input: 'Never mind', model: 'scripted-1' }),
  ).rejects.toMatchObject({
    status: 400,
    param: 'input',
  })
  const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'wet' }
  const last = await openai.responses.create({ model: 'scripted-1', previous_response_id: called.id, input: [output], tools })
  expect(last.output_text).toBe('Rain')
  expect((await openai.responses.retrieve(called.id)).output).toEqual(called.output)
  expect((await messagesOf(idOf(last))).map(({ content }) => content)).toEqual(['Count', tokensText(30), 'Weather?', 'Rain'])
})

test('a response in the background goes on without its reader, and is read from any event on; one that is not ends with it', async () => {
  const gate = createGate()
  script(tokens(60, { stopAfter: 20, then: gate }))
  const stream = await openai.responses.create({ model: 'scripted-1', input: 'Count', background: true, stream: true })
  let id = ''
  let known = ''
  let last = -1
  for await (const event of stream) {
    if (event.type === 'response.created') id = event.response.id
    if (event.type === 'response.output_text.delta') known += event.delta
    last = event.sequence_number
    if (known.length >= 20) break
  }
  expect((await openai.responses.retrieve(id)).status).toBe('in_progress')
  gate.open()
  const rest = await openai.responses.retrieve(id, { stream: true, starting_after: last })
  for await (const event of rest) {
    expect(event.sequence_number).toBeGreaterThan(last)
    last = event.sequence_number
    if (event.type === 'response.output_text.delta') known += event.delta
  }
  expect(known).toBe(tokensText(60))

  const never = createGate()
  script(tokens(60, { stopAfter: 20, then: never }))
  const abort = new AbortController()
  const left = await openai.chat.completions.create(
    { model: 'scripted-1', messages: [{ role: 'user', content: 'Left alone' }], stream: true },
    { signal: abort.signal },
  )
  for await (const chunk of left) {
    if (chunk.choices[0]?.delta.content) abort.abort()
  }
  const { items } = await user.client.conversations.list.query({})
  const leftId = items.find(({ title }) => title === 'Left alone')?.id ?? ''
  await expect.poll(async () => (await messagesOf(leftId)).at(-1)?.status).toBe('cancelled')

  script(tokens(60, { stopAfter: 20, then: never }))
  const begun = await openai.responses.create({ model: 'scripted-1', input: 'Stop me', background: true })
  await expect.poll(async () => (await openai.responses.retrieve(begun.id)).output_text).not.toBe('')
  expect((await openai.responses.cancel(begun.id)).status).toBe('cancelled')
})

test('errors have OpenAI’s shape and name the field; what is somebody else’s does not exist', async () => {
  const other = await app.createUser()
  const theirs = await createOpenai(other)
  script(text('Mine'))
  const mine = await openai.responses.create({ model: 'scripted-1', input: 'Hi' })
  const question = { model: 'scripted-1', messages: [{ role: 'user' as const, content: 'Hi' }] }
  const { token: apiToken } = await user.client.tokens.create.mutate({ name: 'api', scopes: ['api'] })
  const without = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${app.url}/v1`, maxRetries: 0 })
  const failing: [() => Promise<unknown>, object][] = [
    [() => theirs.responses.retrieve(mine.id), { status: 404 }],
    [() => theirs.responses.cancel(mine.id), { status: 404 }],
    [() => theirs.responses.create({ model: 'scripted-1', input: 'Go on', previous_response_id: mine.id }), { status: 404 }],
    [() => theirs.chat.completions.create(question, { headers: { 'X-Conversation-Id': idOf(mine) } }), { status: 404 }],
    [() => without('pat_nothing').models.list(), { status: 401, code: 'invalid_api_key' }],
    [() => without(apiToken).models.list(), { status: 401, code: 'invalid_api_key' }],
    [() => without(user.token).models.list(), { status: 401, code: 'invalid_api_key' }],
    [() => openai.chat.completions.create({ ...question, n: 2 }), { status: 400, param: 'n' }],
    [() => openai.chat.completions.create({ ...question, messages: [] }), { status: 400, param: 'messages' }],
    [() => openai.chat.completions.create({ ...question, temperature: 9 }), { status: 400, param: 'temperature' }],
    [
      () => openai.chat.completions.create({ ...question, messages: [{ role: 'assistant', content: 'I' }] }),
      { status: 400, param: 'messages' },
    ],
    [
      () => openai.chat.completions.create({ ...question, model: 'openai-0123abcd/none' }),
      { status: 404, code: 'model_not_found' },
    ],
    [
      () => openai.responses.create({ model: 'scripted-1', input: 'x', background: true, store: false }),
      { status: 400, param: 'background' },
    ],
    [
      () =>
        openai.chat.completions.create({
          ...question,
          messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://169.254.169.254/x.png' } }] }],
        }),
      { status: 400, param: 'messages[0].content[0].image_url' },
    ],
    [() => openai.responses.retrieve('resp_0'), { status: 404 }],
  ]
  for (const [call, error] of failing) await expect(call(), JSON.stringify(error)).rejects.toMatchObject(error)
  expect((await openai.models.list()).data.map(({ id }) => id)).toContain('scripted-1')
  const unknown = await fetch(`${app.url}/v1/nothing`, { headers: { accept: 'text/html' } })
  expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8'])
  expect((await messagesOf(idOf(mine))).length).toBe(2)
})

test('a repeat with the same Idempotency-Key is the same response; a picture comes as a data URL; the page goes on with it', async () => {
  const before = app.provider.requests.length
  script(text('Once'))
  const key = randomUUID()
  const ask = () => openai.responses.create({ model: 'scripted-1', input: 'Once only' }, { headers: { 'Idempotency-Key': key } })
  const [one, two] = [await ask(), await ask()]
  expect([two.id, two.output_text, app.provider.requests.length - before]).toEqual([one.id, 'Once', 1])

  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  script(text('A dot'))
  const seen = await openai.responses.create({
    model: 'scripted-1',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is it?' },
          { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${png}` },
        ],
      },
    ],
  })
  const [question] = await messagesOf(idOf(seen))
  expect(question?.parts.map(({ type }) => type)).toEqual(['file', 'text'])
  script(text('Gladly'))
  const { assistantMessageId: messageId } = await send(user, 'More', { conversationId: idOf(seen) })
  await expect.poll(async () => (await user.client.messages.content.query({ messageId })).status).toBe('completed')
})
