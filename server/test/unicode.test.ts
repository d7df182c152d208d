import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchUp } from './catch-up.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { follow } from './follow.ts'
import { createGate, inTurn, text, tokens, toolCalls } from '../testing/scripted-provider/index.ts'
import { contentToText } from '../testing/scripted-provider/scripted-request.ts'
import { ask, send } from './send.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const family = '👩‍👩‍👧‍👦'

/** Each is what the model sends, piece by piece. */
const answers: Record<string, readonly string[]> = {
  'an emoji in halves': ['\ud83d', '\ude00', 'a', '\ud83d', '\ude00'],
  'a family, unit by unit': [...Array.from({ length: family.length }, (_, index) => family.charAt(index))],
  'flags, modifiers and selectors': ['🇺🇳', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '👍🏽', '❤️', '🏳️‍🌈'],
  'NUL and other controls': ['a\u0000b', '\u0000', '\u0001\u001b[31m\u007f', '\u0000'],
  'lone surrogates': ['\ud83d', 'x', '\ude00', '\udfff\ud800', 'y'],
  'only a lone surrogate': ['\ud800'],
  'only a NUL': ['\u0000'],
  'the same words again and again': Array.from({ length: 60 }, () => 'the '),
  'one letter again and again': Array.from({ length: 300 }, () => 'a'),
  'line ends of every kind': ['a\r\nb\rc\n\n', '\u2028\u2029', '\r', '\n'],
  'what looks like escapes, frames and markup': [
    String.raw`\u0000 \ud83d \n`,
    'data: [DONE]\n\n',
    'event: x\n',
    '</script>',
    "'; drop table messages --",
    '%s %d $1 ${x}',
  ],
  'combining and bidirectional marks': ['e\u0301', 'שלום', '\u202e', 'abc', '\u202c', '한글', '\u1112\u1161\u11ab'],
  'noncharacters and the last plane': ['\ufffe\uffff', '\u{10ffff}', '\ufeff', '\ufffd'],
}

describe.each(Object.entries(answers))('[M4] %s', (_name, pieces) => {
  const whole = pieces.join('')

  test('passes unchanged through log, snapshot, follow, list, poll, content and complete', async () => {
    const user = await app.createUser()
    const gate = createGate()
    app.provider.script(async (reply) => {
      // Each piece in a frame of its own, some flushed apart.
      for (const [index, piece] of pieces.entries()) {
        await reply.tokens([piece])
        if (index === Math.floor(pieces.length / 2)) await reply.until(gate.opened)
      }
      await reply.finish()
    })
    const input = { requestId: randomUUID(), content: `${family} tell me` }
    const { conversationId, assistantMessageId: messageId } = await user.client.messages.send.mutate(input)
    const overSocket = follow(user.client, conversationId)
    const overSse = follow(user.sseClient, conversationId)
    const half = pieces.slice(0, Math.floor(pieces.length / 2) + 1).join('')
    for (const reader of [overSocket, overSse]) await reader.until(() => reader.message(messageId)?.content === half)
    // A reader that joins in the middle of a pair, or of anything else.
    const late = follow(user.client, conversationId)
    await late.until(() => late.message(messageId)?.content === half)
    expect((await user.client.messages.content.query({ messageId })).content).toBe(half)
    gate.open()
    for (const reader of [overSocket, overSse, late]) {
      await reader.until(() => reader.message(messageId)?.status === 'completed')
      expect(reader.message(messageId)?.parts).toEqual([{ type: 'text', text: whole }])
    }
    const { messages } = await catchUp(user, overSocket, { conversationId })
    const polled = await user.client.messages.poll.query({ conversationId })
    const listed = await user.client.messages.list.query({ conversationId })
    for (const { content, parts } of [messages, polled.messages, listed.messages].map(
      (all) => all.at(-1) ?? { content: '', parts: [] },
    )) {
      expect(content).toBe(whole)
      expect(parts).toEqual([{ type: 'text', text: whole }])
    }
    expect((await user.client.messages.complete.mutate(input)).response).toBe(whole)
    expect((await user.client.messages.content.query({ messageId })).content).toBe(whole)
    const deltas = overSocket.batches.flat().flatMap(({ event }) => (event.type === 'text-delta' ? event : []))
    for (const { offset, text: said } of deltas) expect(whole.slice(offset, offset + said.length)).toBe(said)
    for (const reader of [overSocket, overSse, late]) reader.stop()
  })

  test('goes back to the model with the next question, and into a fork', async () => {
    const user = await app.createUser()
    app.provider.script(inTurn(async (reply) => (await reply.tokens(pieces), reply.finish()), text('fine')))
    const { conversationId, assistantMessageId } = await ask(user, 'one')
    expect((await ask(user, 'two', { conversationId })).response).toBe('fine')
    const history = app.provider.requests.at(-1)?.body.messages ?? []
    // No provider takes half a pair: only on this way out it becomes a replacement character.
    expect(contentToText(history[2]?.content)).toBe(whole.toWellFormed())
    const copy = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: assistantMessageId })
    const { messages } = await user.client.conversations.get.query({ conversationId: copy.id })
    expect(messages.at(-1)?.content).toBe(whole)
  })
})

test('reasoning passes unchanged like text', async () => {
  const user = await app.createUser()
  const pieces = ['\ud83e', '\udd14', '\u0000', '\ud800']
  app.provider.script(async (reply) => {
    for (const piece of pieces) await reply.delta({ reasoning_content: piece })
    await reply.tokens(['so'])
    await reply.finish()
  })
  const { conversationId } = await ask(user, 'one')
  const { messages } = await user.client.conversations.get.query({ conversationId })
  expect(messages.at(-1)?.parts).toEqual([
    { type: 'reasoning', text: pieces.join(''), durationMs: expect.any(Number) },
    { type: 'text', text: 'so' },
  ])
})

test('an answer that is cut between the halves of a pair continues with the other half', async () => {
  const user = await app.createUser()
  app.provider.script(async (reply) => {
    await reply.tokens(['smile ', '\ud83d'])
    reply.end()
  })
  const half = await ask(user, 'one')
  expect(half).toMatchObject({ status: 'error', response: 'smile \ud83d' })
  app.provider.script(async (reply) => (await reply.tokens(['\ude00', '!']), reply.finish()))
  const { assistantMessageId: messageId } = half
  await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
  await expect
    .poll(() => user.client.messages.content.query({ messageId }))
    .toMatchObject({ status: 'completed', content: 'smile 😀!' })
})

describe('arguments of a tool call', () => {
  test.each([
    ['an escaped NUL', '{"title":"a\\u0000b"}'],
    ['a bare NUL', '{"title":"a\u0000b"}'],
    ['a lone surrogate', '{"title":"a\\ud83d"}'],
    ['an unpaired half as it is', '{"title":"a\ud83d"}'],
    ['no JSON at all', 'nonsense \u0000 \ud83d'],
    ['keys of every object', '{"title":"a","__proto__":{"admin":true},"constructor":1}'],
  ])('with %s end in an error that the model gets, not in a broken answer', async (_name, args) => {
    const user = await app.createUser()
    app.provider.script(inTurn(toolCalls({ name: 'add_task', args }), text('sorry')))
    const answer = await user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'add it' })
    expect(answer).toMatchObject({
      status: 'completed',
      response: 'sorry',
      toolCalls: [{ name: 'add_task', error: expect.any(String) }],
    })
    expect((await user.client.tasks.list.query({})).items).toEqual([])
  })

  test('a name that is none ends in an error too', async () => {
    for (const name of ['no_such_tool', 'add_task\u0000', '\ud83d', '__proto__', 'x'.repeat(500)]) {
      const user = await app.createUser()
      app.provider.script(inTurn(toolCalls({ name, args: {} }), text('sorry')))
      const answer = await user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'do it' })
      expect(answer).toMatchObject({ status: 'completed', response: 'sorry', toolCalls: [{ error: expect.any(String) }] })
    }
  })
})

test('a text comes back as the user wrote it, in whatever script', async () => {
  const user = await app.createUser()
  app.provider.script(tokens(1))
  const contents = [
    family,
    '\u200bhidden\u200b start',
    'e\u0301 and é',
    '한글 العربية עברית 中文',
    '  spaces  \n\n\tand tabs ',
    '\\u0000',
    'a\u0001\u001bb',
    '😀'.repeat(10_000),
  ]
  for (const content of contents) {
    const { conversationId, userMessageId } = await send(user, content)
    const { messages } = await user.client.messages.list.query({ conversationId })
    expect(messages[0]?.content).toBe(content)
    const [row] = await app.database.queries.select().from(schema.messages).where(eq(schema.messages.id, userMessageId))
    expect(JSON.parse(row?.parts ?? '')).toEqual([{ type: 'text', text: content }])
  }
})
