import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import type { Conversation, FilePart, Goal, Message, Milestone, Task } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveExport } from '../../client/src/features/export/archive-export.ts'
import { readStoredFile } from '../../client/src/features/export/read-stored-file.ts'
import { writeEverything } from '../../client/src/features/export/write-export.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { pictures } from '../testing/scripted-provider/index.ts'
import { png } from './import-fixtures/png.ts'
import { runImport } from './run-import.ts'
import { simulate } from './simulation.ts'
import { upload } from './upload.ts'

let app: TestApp

beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

type Client = Pick<TestUser, 'client'>

interface Everything {
  readonly conversations: readonly { readonly conversation: Conversation; readonly messages: readonly Message[] }[]
  readonly planner: {
    readonly goals: readonly Goal[]
    readonly milestones: readonly Milestone[]
    readonly tasks: readonly Task[]
  }
}

/** The file that the page saves. */
async function exportEverything({ client }: Client): Promise<string> {
  const pieces: string[] = []
  await writeEverything(
    client as never,
    (piece) => void pieces.push(piece),
    () => {},
  )
  return pieces.join('')
}

async function readEverything(user: Client): Promise<Everything> {
  return JSON.parse(await exportEverything(user)) as Everything
}

test('files come along: the archive that the page saves gives them back after everything was deleted', async () => {
  const user = await app.createUser()
  const { id: fileId } = await upload(app, user, png, { name: 'dot.png' })
  app.provider.script(pictures('A dot.', png.toString('base64')))
  await user.client.messages.complete.mutate({ requestId: randomUUID(), content: 'What is it?', files: [fileId] })
  const files: FilePart[] = []
  const pieces: string[] = []
  await writeEverything(
    user.client as never,
    (piece) => void pieces.push(piece),
    () => {},
    (file) => files.push(file),
  )
  const json = pieces.join('')
  const before = JSON.parse(json) as Everything
  const archive = await archiveExport(new Blob([json]), files, (file) =>
    readStoredFile(user.client as never, file.fileId, app.url),
  )
  expect(archive.missing).toEqual([])
  await wipe(user, before)
  await app.database.queries.delete(schema.files)

  const done = await runImport(app, user, new Uint8Array(await archive.blob.arrayBuffer()))
  expect(done).toMatchObject({ source: 'holdfast', state: 'done', conversations: 1, messages: 2, problems: [] })
  const after = await readEverything(user)
  const part = after.conversations[0]?.messages[0]?.parts[0]
  expect(part).toMatchObject({ type: 'file', name: 'dot.png', mediaType: 'image/png', width: 1, height: 1 })
  const given = after.conversations[0]?.messages[1]?.parts[1]
  expect(given).toMatchObject({ type: 'file', name: 'picture-1.png', mediaType: 'image/png', width: 1, height: 1 })
  for (const file of [part, given]) {
    expect(await readStoredFile(user.client as never, file?.type === 'file' ? file.fileId : '', app.url)).not.toBeNull()
  }

  // Without the archive's files, what is not here is named.
  await wipe(user, after)
  await app.database.queries.delete(schema.files)
  const alone = await runImport(app, user, json)
  expect(alone.problems).toEqual([
    { what: expect.stringContaining('dot.png'), why: 'The export does not hold it' },
    { what: expect.stringContaining('picture-1.png'), why: 'The export does not hold it' },
  ])
})

/** Deletes all that the user has, for good. */
async function wipe({ client }: Client, { conversations }: Everything): Promise<void> {
  const { queries } = app.database
  const [first] = conversations
  if (!first) throw new Error('there is nothing to delete')
  const [row] = await queries
    .select({ userId: schema.conversations.userId })
    .from(schema.conversations)
    .where(eq(schema.conversations.id, first.conversation.id))
  for (const { conversation } of conversations) {
    await client.conversations.delete.mutate({ conversationId: conversation.id, permanent: true })
  }
  for (const table of [schema.tasks, schema.milestones, schema.goals])
    await queries.delete(table).where(eq(table.userId, row?.userId ?? ''))
}

/** Ids replaced by the order in which they come, so that copies can be compared. */
function withoutIds(everything: Everything): unknown {
  const names = new Map<string, string>()
  const text = JSON.stringify({ ...everything, exportedAt: null })
  return JSON.parse(
    text.replaceAll(/"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"/gu, (id) => {
      names.set(id, names.get(id) ?? `"id ${names.size}"`)
      return names.get(id) ?? id
    }),
  )
}

test.each([11, 12])(
  '[I1] export, wipe and import give the same again: ids, branches, parts, usage and planner (seed %i)',
  async (seed) => {
    const simulated = await simulate(app, { seed, commands: 50 })
    const [token] = simulated.clients
    if (!token) throw new Error('nobody was there')
    const user: TestUser = { ...token, cookie: '' }
    const { id: goalId } = await user.client.goals.create.mutate({ title: 'Run', description: 'Far', targetDate: '2026-12-31' })
    const { id: milestoneId } = await user.client.milestones.create.mutate({ title: 'Run ten', goalId })
    const { id: taskId } = await user.client.tasks.add.mutate({ title: 'Shoes', milestoneId, category: 'buy' })
    await user.client.tasks.complete.mutate({ taskId })
    await user.client.tasks.reorder.mutate({ taskId, afterId: null })
    await user.client.conversations.create.mutate({
      title: 'Empty',
      instructions: 'Be kind.',
      parameters: { temperature: 0, reasoningEffort: 'high' },
    })
    const { id: archived } = await user.client.conversations.create.mutate({ title: 'Old' })
    await user.client.conversations.update.mutate({ conversationId: archived, archived: true, pinned: true })
    const file = await exportEverything(user)
    const before = JSON.parse(file) as Everything

    await wipe(user, before)
    const done = await runImport(app, user, file)
    const messages = before.conversations.reduce((sum, each) => sum + each.messages.length, 0)
    const plannerItems = Object.values(before.planner).reduce((sum, items) => sum + items.length, 0)
    expect(done).toMatchObject({ source: 'holdfast', state: 'done', conversations: 3, messages, plannerItems, problems: [] })
    const after = await readEverything(user)
    expect({ ...after, exportedAt: null }).toEqual({ ...before, exportedAt: null })

    // Once more adds nothing; in another account everything gets ids of its own.
    expect(await runImport(app, user, file)).toMatchObject({ conversations: 0, messages: 0, skipped: 3, plannerItems: 0 })
    expect({ ...(await readEverything(user)), exportedAt: null }).toEqual({ ...before, exportedAt: null })
    const other = await app.createUser()
    expect(await runImport(app, other, file)).toMatchObject({ conversations: 3, messages, plannerItems })
    expect(withoutIds(await readEverything(other))).toEqual(withoutIds(before))
    expect(await runImport(app, other, file)).toMatchObject({ conversations: 0, messages: 0, plannerItems: 0 })

    for (const reader of simulated.readers) reader.stop()
    await Promise.all(simulated.clients.map((client) => client.close()))
  },
)
