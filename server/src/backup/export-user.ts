import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { schema } from '@holdfast/drizzle'
import type { FilePart, Id } from '@holdfast/shared'
import { and, asc, eq, isNull } from 'drizzle-orm'
import { exportConversation } from '../conversations/queries/export-conversation.ts'
import { toStorageKey } from '../files/storage/file-storage.ts'
import { cleanFileName } from '../files/uploads/clean-file-name.ts'
import { listItems } from '../planner/planner-item.ts'
import { goalKind, milestoneKind, taskKind } from '../planner/planner-kinds.ts'
import type { Queries } from '../platform/database/database.ts'
import { exists } from '../platform/exists.ts'
import { BackupError } from './backup-error.ts'
import { openSource, type DataPlace } from './data-source.ts'
import { findUser } from './find-user.ts'
import { noProgress, type OnProgress } from './progress.ts'

const { conversations, files } = schema
const pageSize = 100

export interface UserExport {
  readonly directory: string
  readonly conversations: number
  readonly files: number
  /** Files that messages show and whose bytes are gone. */
  readonly missing: number
}

/**
 * Writes what a user has into a new directory, as the page exports it: `holdfast.json` with all conversations outside of the trash, all of
 * their branches and the planner, and `files/<id>/<name>`. No secrets: neither passwords nor tokens, keys nor sessions. The server may run.
 * @throws BackupError for an unknown user, or a directory that is not empty
 */
export async function exportUser(
  deps: { readonly place: DataPlace; readonly onProgress?: OnProgress },
  user: string,
  directory: string,
): Promise<UserExport> {
  const { place, onProgress = noProgress } = deps
  if ((await exists(directory)) && (await readdir(directory)).length > 0)
    throw new BackupError(`${directory} is not empty. Choose another directory.`)
  await using source = await openSource(place)
  return await source.readAtOneMoment(async (queries) => {
    const userId = await findUser(queries, user)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, 'holdfast.json')
    const shown = new Map<Id, FilePart>()
    const count = await writeJson(`${path}.partial`, queries, userId, onProgress, (file) => shown.set(file.fileId, file))
    let missing = 0
    for (const [index, file] of [...shown.values()].entries()) {
      onProgress({ what: 'Files', done: index, total: shown.size })
      const [row] = await queries
        .select({ sha256: files.sha256 })
        .from(files)
        .where(and(eq(files.id, file.fileId), eq(files.userId, userId)))
      const key = row?.sha256 ? toStorageKey(row.sha256, 'original') : null
      if (key === null || (await source.storage.size(key)) === null) {
        missing += 1
        continue
      }
      const folder = join(directory, 'files', file.fileId)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await pipeline(await source.storage.open(key), createWriteStream(join(folder, cleanFileName(file.name)), { mode: 0o600 }))
    }
    // Last: where it is, everything is.
    await rename(`${path}.partial`, path)
    return { directory, conversations: count, files: shown.size - missing, missing }
  })
}

async function writeJson(
  path: string,
  queries: Queries,
  userId: Id,
  onProgress: OnProgress,
  onFile: (file: FilePart) => void,
): Promise<number> {
  const output = createWriteStream(path, { mode: 0o600 })
  const write = async (text: string) => {
    if (!output.write(text)) await once(output, 'drain')
  }
  const ids = await queries
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.userId, userId), isNull(conversations.deletedAt)))
    .orderBy(asc(conversations.id))
  await write(
    `{"format":"holdfast-export","version":1,"exportedAt":${JSON.stringify(new Date().toISOString())},"conversations":[`,
  )
  for (const [index, { id }] of ids.entries()) {
    onProgress({ what: 'Conversations', done: index, total: ids.length })
    let cursor: string | null = null
    let separator = ''
    do {
      const page: Awaited<ReturnType<typeof exportConversation>> = await exportConversation({ database: { queries } }, userId, {
        conversationId: id,
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      })
      if (cursor === null)
        await write(`${index === 0 ? '' : ','}{"conversation":${JSON.stringify(page.conversation)},"messages":[`)
      for (const message of page.messages) {
        await write(separator + JSON.stringify(message))
        separator = ','
        for (const part of message.parts.filter(({ type }) => type === 'file')) onFile(part as FilePart)
      }
      cursor = page.nextCursor
    } while (cursor !== null)
    await write(']}')
  }
  await write('],"planner":{')
  await write(
    `"goals":${await readPlanner((cursor) => listItems(queries, goalKind, userId, { filters: [], cursor, limit: pageSize }))},`,
  )
  await write(
    `"milestones":${await readPlanner((cursor) => listItems(queries, milestoneKind, userId, { filters: [], cursor, limit: pageSize }))},`,
  )
  await write(
    `"tasks":${await readPlanner((cursor) => listItems(queries, taskKind, userId, { filters: [], cursor, limit: pageSize }))}`,
  )
  output.end('}}\n')
  await once(output, 'finish')
  return ids.length
}

async function readPlanner(
  read: (cursor: string | null) => Promise<{ readonly items: readonly unknown[]; readonly nextCursor: string | null }>,
): Promise<string> {
  const items: unknown[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return JSON.stringify(items)
}
