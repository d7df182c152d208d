import { statfs } from 'node:fs/promises'
import { schema } from '@holdfast/drizzle'
import { maxStoragePeople, type AdminStorage } from '@holdfast/shared'
import { count, desc, eq, sql } from 'drizzle-orm'
import type { Config } from '../../config/config.ts'
import { isFileCounted } from '../../limits/check-room.ts'
import { executeRows, type Database } from '../../platform/database/database.ts'

const { files, users } = schema

interface StorageDeps {
  readonly database: Database
  readonly config: Pick<Config, 'dataDir' | 'storage'>
}

/** What the database and the files take, by person, and what is left on this node's disk. Rejects when that disk cannot be asked. */
export async function getStorage({ database, config }: StorageDeps): Promise<AdminStorage> {
  const { queries } = database
  const [size] = await executeRows<{ bytes: string }>(queries, sql`select pg_database_size(current_database())::text as bytes`)
  const sums = { count: count(), bytes: sql`coalesce(sum(${files.bytes}), 0)`.mapWith(Number) }
  const [all] = await queries.select(sums).from(files).where(isFileCounted())
  const people = await queries
    .select({ userId: users.id, name: users.name, isGuest: users.isAnonymous, ...sums })
    .from(files)
    .innerJoin(users, eq(users.id, files.userId))
    .where(isFileCounted())
    .groupBy(users.id)
    .orderBy(desc(sums.bytes), users.id)
    .limit(maxStoragePeople)
  return {
    databaseBytes: Number(size?.bytes ?? 0),
    files: { count: all?.count ?? 0, bytes: all?.bytes ?? 0, people },
    freeBytes: await readFreeBytes(database, config),
  }
}

/** Of the disk with the files; where they are in a bucket, of the one with the embedded database. */
async function readFreeBytes({ kind }: Database, { dataDir, storage }: StorageDeps['config']): Promise<number | null> {
  const directory = storage.kind === 'disk' ? (storage.directory ?? dataDir) : kind === 'pglite' ? dataDir : null
  if (directory === null) return null
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}
