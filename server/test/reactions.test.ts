import { randomUUID } from 'node:crypto'
import type { MessageReaction } from '@holdfast/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, text } from '../testing/scripted-provider/index.ts'
import { follow } from './follow.ts'
import { ask, send } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const react = (user: TestUser, messageId: string, reaction: string, on = true) =>
  user.client.reactions.set.mutate({ messageId, reaction, on })
const names = (reactions: readonly MessageReaction[] | undefined) => (reactions ?? []).map(({ reaction }) => reaction)

async function readReactions(user: TestUser, conversationId: string, messageId: string) {
  const { messages } = await user.client.conversations.get.query({ conversationId })
  return messages.find(({ id }) => id === messageId)?.reactions
}

test('[R19] [E28] a message takes thumbs, a star and emoji, and every reader folds them to what the server holds', async () => {
  const user = await app.createUser()
  const { conversationId, assistantMessageId: id, userMessageId } = await ask(user, 'tokens 3')
  const reader = follow(user.client, conversationId)
  expect((await react(user, id, 'up')).reactions).toEqual([{ reaction: 'up', userIds: [tokenToUserId(user.token)] }])
  expect(names((await react(user, id, 'down')).reactions), 'down takes back up').toEqual(['down'])
  for (const reaction of ['star', '🎉', '👩🏽‍🚀', '🇺🇳']) await react(user, id, reaction)
  await react(user, userMessageId, 'star')
  await react(user, id, '🎉', false)
  const wanted = ['down', 'star', '👩🏽‍🚀', '🇺🇳']
  expect(names(await readReactions(user, conversationId, id))).toEqual(wanted)
  const { cursor } = await user.client.conversations.get.query({ conversationId })
  await reader.until((state) => state.cursor === Number(cursor))
  reader.stop()
  expect(reader.message(id)?.reactions).toEqual(await readReactions(user, conversationId, id))

  // The same again takes no place in the log, and neither does taking back what is not there.
  await react(user, id, 'star')
  await react(user, id, '🎉', false)
  expect((await user.client.conversations.get.query({ conversationId })).cursor).toBe(cursor)
  const polled = await user.client.messages.poll.query({ conversationId, since: null })
  expect(names(polled.messages.find((message) => message.id === id)?.reactions)).toEqual(wanted)
})

test.each(['', 'heart', 'uP', 'a', '🎉🎉', '🎉 ', '<b>', '\u0000', '1', '👍'.repeat(30)])(
  '[R19] %j is no reaction, and changes nothing',
  async (reaction) => {
    const user = await app.createUser()
    const { conversationId, assistantMessageId: id } = await ask(user, 'tokens 1')
    await expect(react(user, id, reaction)).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST', issues: [{ path: 'reaction' }] },
    })
    expect(await readReactions(user, conversationId, id)).toBeUndefined()
  },
)

test('[R19] a message takes twenty different reactions', async () => {
  const user = await app.createUser()
  const { conversationId, assistantMessageId: id } = await ask(user, 'tokens 1')
  const emoji = Array.from({ length: 20 }, (_, index) => String.fromCodePoint(0x1f600 + index))
  for (const each of emoji) await react(user, id, each)
  await expect(react(user, id, 'star')).rejects.toMatchObject({ data: { issues: [{ path: 'reaction' }] } })
  await react(user, id, emoji[0] ?? '', false)
  await react(user, id, 'star')
  expect(names(await readReactions(user, conversationId, id))).toEqual([...emoji.slice(1), 'star'])
})

test('[R19] a reaction to a running answer is still there after its end', async () => {
  const user = await app.createUser()
  const gate = createGate()
  app.provider.script(async (reply) => {
    await reply.until(gate.opened)
    await text('One two three.')(reply)
  })
  const { conversationId, assistantMessageId: id } = await send(user, 'Count')
  const reader = follow(user.client, conversationId)
  await reader.until(() => reader.message(id)?.status === 'generating')
  await react(user, id, 'star')
  expect(names(await readReactions(user, conversationId, id))).toEqual(['star'])
  gate.open()
  await reader.until(() => reader.message(id)?.status === 'completed')
  reader.stop()
  expect(names(await readReactions(user, conversationId, id))).toEqual(['star'])
  expect(reader.message(id)).toMatchObject({ content: 'One two three.', reactions: [{ reaction: 'star' }] })
})

test('is:starred finds the messages with a star, with words and without', async () => {
  const user = await app.createUser()
  const found = async (query: string) =>
    (await user.client.search.messages.query({ query })).items.map(({ messageId }) => messageId)
  app.provider.script(text('Kelp holds fast.'))
  const first = await ask(user, 'What holds?')
  app.provider.script(text('Kelp grows.'))
  const second = await ask(user, 'What grows?')
  app.provider.script(text('Kelp floats.'))
  await ask(user, 'What floats?')
  await react(user, first.assistantMessageId, 'star')
  await react(user, second.assistantMessageId, 'star')
  await react(user, second.userMessageId, 'up')
  expect(await found('is:starred')).toEqual([second.assistantMessageId, first.assistantMessageId])
  expect(await found('kelp holds is:starred')).toEqual([first.assistantMessageId])
  expect(await found('IS:Starred grows')).toEqual([second.assistantMessageId])
  expect(await found('floats is:starred')).toEqual([])
  expect(await found('"is:starred"')).toEqual([])
  const [one, two] = await Promise.all(
    [null, undefined].map(async (cursor) => user.client.search.messages.query({ query: 'is:starred', limit: 1, cursor })),
  )
  expect(one?.items).toEqual(two?.items)
  const next = await user.client.search.messages.query({ query: 'is:starred', limit: 1, cursor: one?.nextCursor ?? null })
  expect([one, next].map((page) => page?.items[0]?.messageId)).toEqual([second.assistantMessageId, first.assistantMessageId])
  expect(next.nextCursor).toBeNull()
  await react(user, first.assistantMessageId, 'star', false)
  expect(await found('is:starred')).toEqual([second.assistantMessageId])
  expect((await (await app.createUser()).client.search.messages.query({ query: 'is:starred' })).items).toEqual([])
})

test('a fork has the reactions, an earlier state has those of its time, and a shared link shows none', async () => {
  const user = await app.createUser()
  const { conversationId, assistantMessageId: id } = await ask(user, 'tokens 2')
  await react(user, id, 'star')
  const { cursor } = await user.client.conversations.get.query({ conversationId })
  await react(user, id, 'star', false)
  await react(user, id, 'up')
  const fork = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: id })
  const copied = await user.client.conversations.get.query({ conversationId: fork.id })
  expect(names(copied.messages.at(-1)?.reactions)).toEqual(['up'])
  const then = await user.client.conversations.at.query({ conversationId, cursor })
  expect(names(then.messages.at(-1)?.reactions)).toEqual(['star'])
  const share = await user.client.shares.create.mutate({ conversationId, kind: 'live' })
  const shown = JSON.stringify(await user.client.shares.read.query({ token: share.token ?? '' }))
  expect(shown).toContain('"role":"assistant"')
  expect(shown).not.toContain('reactions')
})
