import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { schema } from '@holdfast/drizzle'
import type { FilePart, Message } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AnswerFiles } from '../src/files/answer-files.ts'
import { showPicture } from '../src/generation/steps/show-files.ts'
import { LeaseLostError } from '../src/generation/store/lease-lost-error.ts'
import { createLocalBus } from '../src/platform/bus/local-bus.ts'
import { createLogger } from '../src/platform/logger.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { createGate, httpAnswer, pictures, text, tokens } from '../testing/scripted-provider/index.ts'
import { catchUp } from './catch-up.ts'
import { follow } from './follow.ts'
import { refused } from './refused.ts'

const { files, generations, messageFiles } = schema

/** A picture with a place in it, as cameras write it. */
const draw = async (background: string) =>
  (
    await sharp({ create: { width: 60, height: 40, channels: 3, background } })
      .withExif({ IFD0: { ImageDescription: 'a secret place' } })
      .png()
      .toBuffer()
  ).toString('base64')

const filesOf = (message: Message | undefined) => (message?.parts ?? []).filter((part): part is FilePart => part.type === 'file')

async function complete(user: TestUser, content: string, more: { conversationId?: string } = {}) {
  const input = { requestId: randomUUID(), content, ...more }
  const done = await user.client.messages.complete.mutate(input)
  const { conversationId, messageId, status } = done
  const { messages } = await user.client.conversations.get.query({ conversationId, leafId: messageId })
  return { conversationId, status, answer: messages.at(-1) as Message, done }
}

async function download(app: TestApp, user: TestUser, fileId: string): Promise<Buffer> {
  const { url } = await user.client.files.url.query({ fileId })
  return Buffer.from(await (await fetch(app.url + url)).arrayBuffer())
}

describe.each(['chat', 'responses'] as const)('pictures in an answer through %s', (api) => {
  let app: TestApp
  let user: TestUser
  beforeAll(async () => {
    app = await createTestApp({
      env: { AUTO_CONTINUE: 'off', LLM_API: api, MODEL_INPUT: 'text,image', FILE_MAX_BYTES: '200000' },
    })
    user = await app.createUser()
  })
  afterAll(() => app[Symbol.asyncDispose]())

  test('[U6] a picture alone is an answer: it is asked for once, examined as an upload is, and stands in the message and the log', async () => {
    app.provider.script(pictures('', await draw('#f00')))
    const before = app.provider.calls
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Draw a red square' })
    const { conversationId, assistantMessageId } = sent
    const reader = follow(user.client, conversationId)
    await reader.until(() => reader.message(assistantMessageId)?.status === 'completed')
    expect(app.provider.calls - before).toBe(1)
    const snapshot = await catchUp(user, reader, { conversationId })
    reader.stop()
    const answer = snapshot.messages.at(-1)
    expect(reader.message(assistantMessageId)).toEqual(answer)
    const [file] = filesOf(answer)
    expect(answer).toMatchObject({ status: 'completed', content: '', error: null, parts: [{ type: 'file' }] })
    expect(file).toMatchObject({ name: 'picture-1.png', mediaType: 'image/png', width: 60, height: 40 })

    const { fileId = '' } = file ?? {}
    const bytes = await download(app, user, fileId)
    expect(bytes.length).toBe(file?.bytes)
    expect(bytes.includes('secret')).toBe(false)
    expect((await sharp(bytes).stats()).dominant).toMatchObject({ r: 248, g: 8, b: 8 })
    expect(await user.client.files.get.query({ fileId })).toMatchObject({ state: 'ready', name: 'picture-1.png' })
    expect((await user.client.files.list.query({})).items.map(({ id }) => id)).toContain(fileId)
    const stranger = await app.createUser()
    expect((await refused(stranger.client.files.get.query({ fileId }))).code).toBe('NOT_FOUND')
  })

  test('pictures stand where they came, and the model sees them again with the next question', async () => {
    const [red, blue] = [await draw('#f00'), await draw('#00f')]
    const titled = app.provider.completions.length
    app.provider.script(async (reply) => {
      await reply.tokens(['First ', 'red:'])
      await reply.picture(red)
      await reply.tokens(['Then blue:'])
      await reply.picture(blue)
      await reply.finish()
    })
    const { conversationId, answer } = await complete(user, 'Draw two squares')
    const [one, two] = filesOf(answer)
    expect(answer.parts).toEqual([{ type: 'text', text: 'First red:' }, one, { type: 'text', text: 'Then blue:' }, two])
    expect([one?.name, two?.name, answer.content]).toEqual(['picture-1.png', 'picture-2.png', 'First red:Then blue:'])

    app.provider.script(text('Gladly.'))
    await complete(user, 'Make the second one green', { conversationId })
    const asked = JSON.stringify(app.provider.requests.at(-1)?.body)
    const kept = (await download(app, user, two?.fileId ?? '')).toString('base64')
    expect(asked).toContain(
      'First red:\\n\\n(Here you made a picture, which the user sees: picture-1.png, image/png.)\\n\\nThen blue:',
    )
    expect(asked).toContain('You made these files in your answer above.')
    expect(asked).toContain(`data:image/png;base64,${kept}`)
    expect(asked).not.toContain('The user attached')
    // A title is asked for behind the second answer only: for the first one the model might have drawn it.
    const isTitled = ({ body }: { body: object }) => JSON.stringify(body).includes('Draw two squares')
    await vi.waitFor(() => expect(app.provider.completions.filter(isTitled)).toHaveLength(1), { timeout: 60_000 })
    expect(app.provider.completions.slice(titled)).toHaveLength(1)
  })

  test('a picture that is broken, too large or no picture is a note, not an error, and asked for once', async () => {
    const before = app.provider.calls
    const broken = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]), Buffer.from('JFIF and nothing else')])
    const reasons: Record<string, Buffer> = {
      'The picture is damaged or in a variant that is not supported.': broken,
      'It is larger than a file may be.': Buffer.alloc(200_001),
      'It is not a picture.': Buffer.from('<html><script>alert(1)</script></html>'),
    }
    app.provider.script(pictures('', ...Object.values(reasons).map((bytes) => bytes.toString('base64'))))
    const { status, answer } = await complete(user, 'Draw')
    expect(status).toBe('completed')
    expect(answer).toMatchObject({
      parts: [],
      error: null,
      notes: [{ kind: 'pictures-not-kept', pictures: Object.keys(reasons).map((reason) => ({ reason })) }],
    })
    expect(app.provider.calls - before).toBe(1)
    const left = await app.database.queries.$count(files, eq(files.state, 'uploading'))
    expect(left).toBe(0)
  })

  test('an answer keeps at most 20 pictures', async () => {
    const many = await Promise.all(Array.from({ length: 22 }, (_, index) => draw(`#0000${(index + 16).toString(16)}`)))
    app.provider.script(pictures('', ...many))
    const { answer, done } = await complete(user, 'Draw a lot')
    expect(filesOf(answer)).toHaveLength(20)
    // A program that reads the response alone finds that there is something.
    expect(done.files).toEqual(filesOf(answer))
    expect(done.response.split('\n').slice(0, 2)).toEqual(['picture-1.png', 'picture-2.png'])
    const reason = 'An answer keeps at most 20 pictures.'
    expect(answer.notes).toEqual([{ kind: 'pictures-not-kept', pictures: [{ reason }, { reason }] }])
  })

  test('a file of an answer lives as long as the message; a fork keeps it', async () => {
    app.provider.script(pictures('Here:', await draw('#0f0')))
    const { conversationId, answer } = await complete(user, 'Draw')
    const [file] = filesOf(answer)
    const fileId = file?.fileId ?? ''
    const shownBy = async () =>
      (await app.database.queries.select().from(messageFiles).where(eq(messageFiles.fileId, fileId))).map(
        ({ messageId }) => messageId,
      )
    expect(await shownBy()).toEqual([answer.id])
    await user.client.files.delete.mutate({ fileId })
    expect((await user.client.files.get.query({ fileId })).state).toBe('ready')

    const fork = await user.client.conversations.fork.mutate({ requestId: randomUUID(), messageId: answer.id })
    const copy = (await user.client.conversations.get.query({ conversationId: fork.id })).messages.at(-1)
    expect(copy?.parts).toEqual(answer.parts)
    await user.client.conversations.delete.mutate({ conversationId, permanent: true })
    expect(await shownBy()).toEqual([copy?.id])
    await user.client.messages.delete.mutate({ requestId: randomUUID(), messageId: copy?.id ?? '' })
    expect(await shownBy()).toEqual([])
    expect((await refused(user.client.files.get.query({ fileId }))).code).toBe('NOT_FOUND')
  })

  test('an answer that breaks off behind its picture keeps it, is not tried again, and can be continued', async () => {
    const picture = await draw('#ff0')
    const before = app.provider.calls
    const gate = createGate()
    app.provider.script(async (reply) => {
      await reply.picture(picture)
      await reply.until(gate.opened)
      reply.drop()
    })
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Draw' })
    const messageId = sent.assistantMessageId
    const reader = follow(user.client, sent.conversationId)
    await reader.until(() => filesOf(reader.message(messageId)).length === 1)
    gate.open()
    await reader.until(() => reader.message(messageId)?.status === 'error')
    const kept = reader.message(messageId)?.parts ?? []
    expect([kept.length, app.provider.calls - before]).toEqual([1, 1])

    app.provider.script(text('That is all.'))
    await user.client.messages.continue.mutate({ requestId: randomUUID(), messageId })
    await reader.until(() => reader.message(messageId)?.status === 'completed')
    reader.stop()
    expect(reader.message(messageId)?.parts).toEqual([...kept, { type: 'text', text: 'That is all.' }])
    const asked = JSON.stringify(app.provider.requests.at(-1)?.body)
    expect(asked).toContain('Your answer was cut off.')
    expect(asked).toContain('data:image/png;base64,')
  })

  test('a cancel drops the picture that comes after it', async () => {
    const gate = createGate()
    const picture = await draw('#0ff')
    app.provider.script(async (reply) => {
      await reply.tokens(['Wait'])
      await reply.until(gate.opened)
      await reply.picture(picture)
      await reply.finish()
    })
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Draw' })
    const reader = follow(user.client, sent.conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.content === 'Wait')
    await user.client.messages.cancel.mutate({ messageId: sent.assistantMessageId })
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'cancelled')
    gate.open()
    reader.stop()
    expect(reader.message(sent.assistantMessageId)?.parts).toEqual([{ type: 'text', text: 'Wait' }])
  })
})

test('a server that answers in one piece, and the address of a picture: it is a link, and nothing is fetched', async () => {
  await using app = await createTestApp({ env: { LLM_API: 'chat' } })
  const asked: (string | undefined)[] = []
  const inside = createServer((request, response) => {
    asked.push(request.url)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(inside, 'listening')
  const user = await app.createUser()
  const url = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/secret.png`
  const images = [{ image_url: { url: `data:image/png;base64,${await draw('#f0f')}` } }, { image_url: { url } }]
  app.provider.script(httpAnswer(200, { choices: [{ index: 0, message: { content: '', images }, finish_reason: 'stop' }] }))
  const { status, answer } = await complete(user, 'Draw')
  expect([status, app.provider.calls, filesOf(answer).length]).toEqual(['completed', 1, 1])
  expect(answer.content.trim()).toBe(`[Picture](${url})`)
  expect(asked).toEqual([])
  inside.close()
})

test('a worker that was replaced while its picture was examined shows nothing, and the file stays hidden', async () => {
  await using app = await createTestApp({ model: tokens(9, { stopAfter: 1, then: 'hang' }) })
  const user = await app.createUser()
  const { queries } = app.database
  const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'Draw' })
  const messageId = sent.assistantMessageId
  const reader = follow(user.client, sent.conversationId)
  await reader.until(() => reader.message(messageId)?.content === 't1 ')
  const [generation] = await queries.select().from(generations).where(eq(generations.messageId, messageId))
  const message = reader.message(messageId)
  if (!generation || !message) throw new Error('nothing runs')
  const fileId = randomUUID()
  const later = new Date(Date.now() + 3_600_000)
  const keep: AnswerFiles['keep'] = async (userId) => {
    const values = {
      id: fileId,
      userId,
      name: 'a.png',
      mediaType: 'image/png',
      bytes: 1,
      uploadBytes: 1,
      sha256: 'a',
      deletedAt: later,
    }
    const [file] = await queries
      .insert(files)
      .values({ ...values, state: 'ready', createdAt: new Date(), updatedAt: new Date() })
      .returning()
    await queries
      .update(generations)
      .set({ fence: generation.fence + 1 })
      .where(eq(generations.id, generation.id))
    return file ? { file } : { refused: '' }
  }
  const deps = { database: app.database, bus: createLocalBus(), clock: { now: () => new Date() } }
  const showing = showPicture(
    { ...deps, logger: createLogger('silent'), answerFiles: { keep } },
    {
      generation,
      message: () => message,
      signal: new AbortController().signal,
      writer: { flush: async () => {} },
      emit: async () => expect.fail('nothing is noted'),
      absorb: () => expect.fail('nothing is shown'),
    },
    'AAAA',
  )
  await expect(showing).rejects.toThrow(LeaseLostError)
  reader.stop()
  expect(await queries.$count(messageFiles, eq(messageFiles.fileId, fileId))).toBe(0)
  expect((await refused(user.client.files.get.query({ fileId }))).code).toBe('NOT_FOUND')
  const [read] = (await user.client.conversations.get.query({ conversationId: sent.conversationId })).messages.slice(-1)
  expect(read?.parts).toEqual([{ type: 'text', text: 't1 ' }])
})
