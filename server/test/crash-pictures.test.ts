import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createScriptedProvider, inTurn, pictures, text, type Answer } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { follow } from './follow.ts'

const draw = async () =>
  (
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer()
  ).toString('base64')

/** Kills the server once `answer` has come to its `killNow`, and starts it again. */
async function crash(first: (killNow: () => void) => Answer, second: Answer, isShownBefore: boolean) {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  const env = { DATA_DIR: directory.path, OPENAI_BASE_URL: provider.baseUrl, OPENAI_MODEL: 'scripted-1' }
  const reached = Promise.withResolvers<void>()
  provider.script(inTurn(first(reached.resolve), second))
  await using doomed = await startServerProcess(env)
  const user = await createTestUser(doomed.url)
  const { conversationId, assistantMessageId } = await user.client.messages.send.mutate({
    requestId: randomUUID(),
    content: 'Draw',
  })
  await reached.promise
  if (isShownBefore) {
    const before = follow(user.client, conversationId)
    await before.until(() => before.message(assistantMessageId)?.parts.some(({ type }) => type === 'file') ?? false)
    before.stop()
  }
  await doomed.end('SIGKILL')
  await user.close()

  await using server = await startServerProcess(env)
  const { client, close } = connect(server.url, user.token)
  const reader = follow(client, conversationId)
  await reader.until((state) => state.conversation !== null && !state.conversation.hasActiveGeneration)
  reader.stop()
  const message = reader.message(assistantMessageId)
  const files = (await client.files.list.query({})).items
  await close()
  return {
    calls: provider.calls,
    status: message?.status,
    shown: message?.parts.flatMap((part) => (part.type === 'file' ? part.fileId : [])),
    listed: files.map(({ id }) => id),
  }
}

test(
  'kill -9 behind a picture: it is shown once, kept once, and the answer goes on behind it',
  { timeout: 120_000 },
  async () => {
    const picture = await draw()
    const hang: Parameters<typeof crash>[0] = (killNow) => async (reply) => {
      await reply.picture(picture)
      killNow()
      await reply.until(new Promise<never>(() => {}))
    }
    const { calls, status, shown, listed } = await crash(hang, text('That is all.'), true)
    expect([calls, status, shown?.length]).toEqual([2, 'completed', 1])
    expect(listed).toEqual(shown)
  },
)

test('kill -9 while a picture arrives: the answer runs again, and has one file', async () => {
  const picture = await draw()
  const half: Parameters<typeof crash>[0] = (killNow) => async (reply) => {
    await reply.raw('data: {"choices":[{"index":0,"delta":{"images":[{"image_url":{"url":"data:image/png;base64,')
    await reply.raw(picture.slice(0, 20))
    killNow()
    await reply.until(new Promise<never>(() => {}))
  }
  const { calls, status, shown, listed } = await crash(half, pictures('', picture), false)
  expect([calls, status, shown?.length]).toEqual([2, 'completed', 1])
  expect(listed).toEqual(shown)
})
