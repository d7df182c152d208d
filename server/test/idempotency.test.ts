import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countRows } from './count-rows.ts'
import { connect, createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { refused } from './refused.ts'
import { createCommandAnswer } from '../testing/scripted-provider/command-answer.ts'
import { createGate, tokens } from '../testing/scripted-provider/index.ts'
import { ask, send } from './send.ts'

let app: TestApp
let user: TestUser

beforeAll(async () => {
  app = await createTestApp({ env: { AUTO_CONTINUE: 'off' } })
})
// What an earlier test has scripted is over.
beforeEach(() => app.provider.script(createCommandAnswer(createGate)))
afterAll(() => app[Symbol.asyncDispose]())

async function newUser() {
  user = await app.createUser()
  return user
}

const rows = (of = user) => countRows(app.database, of)

/** Sends the same request ten times concurrently, over two clients. */
function tenTimes<Answer>(call: (client: TestUser['client']) => Promise<Answer>): Promise<Answer[]> {
  const other = connect(app.url, user.token)
  return Promise.all(Array.from({ length: 10 }, (_, index) => call(index % 2 === 0 ? user.client : other.client)))
}

/** All answers are the first one, which is given. */
function sameFor<Answer>(answers: readonly Answer[]): Answer {
  const [first] = answers
  if (first === undefined) throw new Error('there is no answer')
  for (const answer of answers) expect(answer).toEqual(first)
  return first
}

describe('[R1] the same request ten times concurrently', () => {
  test('send makes one question, one answer, one call to the model', async () => {
    await newUser()
    const calls = app.provider.calls
    const input = { requestId: randomUUID(), content: 'say once' }
    const sent = sameFor(await tenTimes((client) => client.messages.send.mutate(input)))
    const completed = sameFor(await tenTimes((client) => client.messages.complete.mutate(input)))
    expect(completed).toMatchObject({ conversationId: sent.conversationId, messageId: sent.assistantMessageId, response: 'once' })
    expect(await rows()).toMatchObject({ conversations: 1, messages: 2, generations: 1, requests: 1 })
    expect(app.provider.calls - calls).toBe(1)
    const { messages } = await user.client.messages.list.query({ conversationId: sent.conversationId })
    expect(messages.map(({ id }) => id)).toEqual([sent.userMessageId, sent.assistantMessageId])
  })

  test('complete waits ten times for one answer', async () => {
    await newUser()
    const calls = app.provider.calls
    const gate = createGate()
    app.provider.script(tokens(4, { stopAfter: 2, then: gate }))
    const input = { requestId: randomUUID(), conversationId: randomUUID(), create: true, content: 'anything' }
    const waiting = tenTimes((client) => client.messages.complete.mutate(input))
    await app.provider.request(calls)
    gate.open()
    expect(sameFor(await waiting)).toMatchObject({
      conversationId: input.conversationId,
      status: 'completed',
      response: 't1 t2 t3 t4 ',
    })
    expect(await rows()).toMatchObject({ conversations: 1, messages: 2, generations: 1 })
    expect(app.provider.calls - calls).toBe(1)
  })

  test('regenerate, edit, fork and delete happen once each', async () => {
    await newUser()
    app.provider.script(tokens(3))
    const first = await ask(user, 'hello')
    const { conversationId, assistantMessageId: messageId } = first

    const regenerate = { requestId: randomUUID(), messageId }
    const again = sameFor(await tenTimes((client) => client.messages.regenerate.mutate(regenerate)))
    expect(await rows()).toMatchObject({ messages: 3, generations: 2 })
    const edit = { requestId: randomUUID(), messageId: first.userMessageId, content: 'hello you' }
    const edited = sameFor(await tenTimes((client) => client.messages.edit.mutate(edit)))
    expect(await rows()).toMatchObject({ messages: 5, generations: 3 })
    expect(edited.userMessageId).not.toBe(first.userMessageId)
    await expect.poll(() => user.client.messages.status.query({ conversationId })).toMatchObject({ hasActiveGeneration: false })

    const fork = { requestId: randomUUID(), messageId }
    const copy = sameFor(await tenTimes((client) => client.conversations.fork.mutate(fork)))
    expect(await rows()).toMatchObject({ conversations: 2, messages: 7 })
    expect(copy.messageCount).toBe(2)
    const remove = { requestId: randomUUID(), messageId: again.assistantMessageId }
    sameFor(await tenTimes((client) => client.messages.delete.mutate(remove)))
    const { conversation } = await user.client.conversations.get.query({ conversationId })
    expect(conversation.messageCount).toBe(4)
    expect(await rows()).toMatchObject({ requests: 5, generations: 3 })
  })

  test('continue starts one generation', async () => {
    await newUser()
    app.provider.script(tokens(3, { stopAfter: 2, then: 'truncate' }))
    const { assistantMessageId: messageId, status } = await ask(user, 'hello')
    expect(status).toBe('error')
    const calls = app.provider.calls
    app.provider.script(tokens(2, { from: 3 }))
    const input = { requestId: randomUUID(), messageId }
    expect(sameFor(await tenTimes((client) => client.messages.continue.mutate(input)))).toEqual({ assistantMessageId: messageId })
    await expect.poll(() => user.client.messages.content.query({ messageId })).toMatchObject({ status: 'completed' })
    expect(await rows()).toMatchObject({ messages: 2, generations: 2 })
    expect(app.provider.calls - calls).toBe(1)
    expect(await user.client.messages.continue.mutate(input)).toEqual({ assistantMessageId: messageId })
  })
})

describe('[R1] a request that was used for something else', () => {
  const reused = {
    code: 'CONFLICT',
    reason: 'request-reused',
    issues: [{ path: 'requestId', message: 'was used before for something else' }],
  }

  test('is refused whatever differs, and changes nothing', async () => {
    await newUser()
    app.provider.script(tokens(1))
    const input = { requestId: randomUUID(), conversationId: randomUUID(), create: true, content: 'one' }
    const sent = await user.client.messages.send.mutate(input)
    await user.client.messages.complete.mutate(input)
    const { requestId } = input
    const before = await rows()
    const others = [
      { ...input, content: 'two' },
      { ...input, content: 'one ' },
      { ...input, model: 'scripted-2' },
      { ...input, parentId: null },
      { ...input, conversationId: randomUUID() },
      { ...input, create: false },
      { ...input, userMessageId: randomUUID() },
      { ...input, utcOffsetMinutes: 60 },
    ]
    for (const other of others) {
      expect(await refused(user.client.messages.send.mutate(other))).toMatchObject(reused)
      expect(await refused(user.client.messages.complete.mutate(other))).toMatchObject(reused)
    }
    const messageId = sent.assistantMessageId
    expect(await refused(user.client.messages.regenerate.mutate({ requestId, messageId }))).toMatchObject(reused)
    expect(await refused(user.client.messages.continue.mutate({ requestId, messageId }))).toMatchObject(reused)
    expect(await refused(user.client.messages.delete.mutate({ requestId, messageId }))).toMatchObject(reused)
    expect(await refused(user.client.conversations.fork.mutate({ requestId, messageId }))).toMatchObject(reused)
    const edit = { requestId, messageId: sent.userMessageId, content: 'one' }
    expect(await refused(user.client.messages.edit.mutate(edit))).toMatchObject(reused)
    expect(await rows()).toEqual(before)
    expect(await user.client.messages.send.mutate(input)).toEqual(sent)
  })

  test('is refused by every other procedure, also when the body is the same', async () => {
    await newUser()
    app.provider.script(tokens(3, { stopAfter: 2, then: 'truncate' }))
    const { assistantMessageId: messageId } = await ask(user, 'one')
    const { client } = user
    const commands = {
      regenerate: (requestId: string) => client.messages.regenerate.mutate({ requestId, messageId }),
      continue: (requestId: string) => client.messages.continue.mutate({ requestId, messageId }),
      fork: (requestId: string) => client.conversations.fork.mutate({ requestId, messageId }),
      delete: (requestId: string) => client.messages.delete.mutate({ requestId, messageId }),
    }
    for (const [name, command] of Object.entries(commands)) {
      const requestId = randomUUID()
      const answer = await command(requestId)
      for (const [other, repeat] of Object.entries(commands)) {
        if (other === name) expect(await repeat(requestId)).toEqual(answer)
        else expect([other, await refused(repeat(requestId))]).toMatchObject([other, reused])
      }
    }
  })

  test('in capital letters is the same request', async () => {
    await newUser()
    const requestId = randomUUID()
    const sent = await send(user, 'say yes', { requestId })
    expect(await send(user, 'say yes', { requestId: requestId.toUpperCase() })).toEqual(sent)
  })

  test('[R7] that was refused may be used again', async () => {
    await newUser()
    const requestId = randomUUID()
    const unknown = randomUUID()
    expect(await refused(send(user, 'say yes', { requestId, conversationId: unknown }))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await rows()).toMatchObject({ requests: 0, conversations: 0 })
    expect(await send(user, 'say yes', { requestId })).toMatchObject({ conversationId: expect.any(String) })
  })

  test('belongs to its user: another may use the same id (attack C9)', async () => {
    await newUser()
    const requestId = randomUUID()
    const sent = await send(user, 'say mine', { requestId })
    const other = await app.createUser()
    const theirs = await send(other, 'say theirs', { requestId })
    expect(theirs.conversationId).not.toBe(sent.conversationId)
    expect(await rows(other)).toMatchObject({ conversations: 1, messages: 2, requests: 1 })
  })
})

describe('ids that a client makes', () => {
  test('[R6] a conversation made twice with the same body is one', async () => {
    await newUser()
    const conversationId = randomUUID()
    for (const body of [{}, { title: 'Plans', model: 'scripted-2', instructions: 'Be brief.' }]) {
      const input = { conversationId: body.title ? randomUUID() : conversationId, ...body }
      const made = sameFor(await tenTimes((client) => client.conversations.create.mutate(input)))
      expect(made.id).toBe(input.conversationId)
    }
    expect(await rows()).toMatchObject({ conversations: 2 })
  })

  test('a conversation made again after it was changed is given as it is now', async () => {
    await newUser()
    const input = { conversationId: randomUUID(), title: 'Plans', instructions: 'Be brief.' }
    await user.client.conversations.create.mutate(input)
    const changes = { title: 'Other plans', instructions: null, model: 'scripted-2', pinned: true }
    const changed = await user.client.conversations.update.mutate({ conversationId: input.conversationId, ...changes })
    expect(await user.client.conversations.create.mutate(input)).toEqual(changed)
    expect(await refused(user.client.conversations.create.mutate({ ...input, title: 'Not mine' }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'id-taken',
    })
  })

  const taken = (path: string) => ({ code: 'CONFLICT', reason: 'id-taken', issues: [{ path, message: 'is taken' }] })

  test('[R6] a conversation with another body, of another user or in the trash is taken', async () => {
    await newUser()
    const conversationId = randomUUID()
    await user.client.conversations.create.mutate({ conversationId, title: 'Plans' })
    const { create } = user.client.conversations
    expect(await refused(create.mutate({ conversationId, title: 'Others' }))).toMatchObject(taken('conversationId'))
    expect(await refused(create.mutate({ conversationId, title: 'Plans', model: 'm' }))).toMatchObject(taken('conversationId'))
    const other = await app.createUser()
    expect(await refused(other.client.conversations.create.mutate({ conversationId, title: 'Plans' }))).toMatchObject(
      taken('conversationId'),
    )
    expect(await refused(send(other, 'hello', { conversationId, create: true }))).toMatchObject(taken('conversationId'))
    await user.client.conversations.delete.mutate({ conversationId })
    expect(await refused(create.mutate({ conversationId, title: 'Plans' }))).toMatchObject(taken('conversationId'))
    expect(await refused(send(user, 'hello', { conversationId, create: true }))).toMatchObject(taken('conversationId'))
    expect(await rows(other)).toMatchObject({ conversations: 0, messages: 0, requests: 0 })
  })

  test('a message under an id that is there already, or twice in one request, is taken', async () => {
    await newUser()
    const [userMessageId, assistantMessageId] = [randomUUID(), randomUUID()]
    const sent = await ask(user, 'say yes', { userMessageId, assistantMessageId })
    expect(sent).toMatchObject({ userMessageId, assistantMessageId })
    const { conversationId } = sent
    const before = await rows()
    expect(await refused(send(user, 'hello', { userMessageId }))).toMatchObject(taken('userMessageId'))
    expect(await refused(send(user, 'hello', { conversationId, userMessageId }))).toMatchObject(taken('userMessageId'))
    expect(await refused(send(user, 'hello', { assistantMessageId }))).toMatchObject(taken('assistantMessageId'))
    const both = randomUUID()
    const twice = send(user, 'hello', { userMessageId: both, assistantMessageId: both })
    expect(await refused(twice)).toMatchObject(taken('assistantMessageId'))
    expect(await rows()).toEqual(before)
    const other = await app.createUser()
    expect(await refused(send(other, 'hello', { userMessageId }))).toMatchObject(taken('userMessageId'))
  })

  test('[R8] send with create makes the conversation once, and continues in it', async () => {
    await newUser()
    const conversationId = randomUUID()
    const first = await ask(user, 'say one', { conversationId, create: true })
    const second = await ask(user, 'say two', { conversationId, create: true })
    expect([first.conversationId, second.conversationId]).toEqual([conversationId, conversationId])
    expect(await rows()).toMatchObject({ conversations: 1, messages: 4 })
  })
})

describe('[R2] operations that need no requestId', () => {
  test('gives the same again, and writes nothing again', async () => {
    await newUser()
    const { conversationId, assistantMessageId } = await ask(user, 'say yes')
    const { client } = user
    const { cursor } = await client.conversations.get.query({ conversationId })
    const repeatable = [
      () => client.conversations.update.mutate({ conversationId, title: 'Mine', pinned: true, archived: true }),
      () => client.conversations.markRead.mutate({ conversationId, cursor }),
      () => client.messages.cancel.mutate({ messageId: assistantMessageId }),
      () => client.conversations.delete.mutate({ conversationId }),
      () => client.conversations.restore.mutate({ conversationId }),
    ]
    for (const command of repeatable) {
      const first = await command()
      const before = await rows()
      expect(await command()).toEqual(first)
      expect(await rows()).toEqual(before)
    }
  })
})
