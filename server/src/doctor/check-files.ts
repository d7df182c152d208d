import { sql } from 'drizzle-orm'
import { storageKeyToHash, toStorageKey, type FileStorage } from '../files/storage/file-storage.ts'
import { removeUnusedContent } from '../files/collect-orphans.ts'
import { executeRows, type Queries } from '../platform/database/database.ts'
import type { Finding } from './finding.ts'

const shownIds = 5

/** The hashes that the storage has. Listed before the tables are read: what comes in between belongs to a row. */
export async function listHashes(storage: FileStorage): Promise<Set<string>> {
  const hashes = new Set<string>()
  for await (const key of storage.list()) {
    const hash = storageKeyToHash(key)
    if (hash !== null) hashes.add(hash)
  }
  return hashes
}

/** Files of users whose bytes are missing or have another length, and bytes that belong to no file. */
export async function checkFiles(queries: Queries, storage: FileStorage, stored: ReadonlySet<string>): Promise<Finding[]> {
  const rows = await executeRows<{ id: string; hash: string; bytes: string }>(
    queries,
    sql`select id::text as id, sha256 as hash, bytes::text as bytes from files where state = 'ready' order by id`,
  )
  const missing: string[] = []
  const cut: string[] = []
  for (const { id, hash, bytes } of rows) {
    const size = await storage.size(toStorageKey(hash, 'original'))
    if (size === null) missing.push(id)
    else if (size !== Number(bytes)) cut.push(id)
  }
  const known = new Set(rows.map(({ hash }) => hash))
  const orphans = [...stored].filter((hash) => !known.has(hash))
  return [
    ...toFinding('file-missing', missing, 'have no bytes in the storage'),
    ...toFinding('file-cut', cut, 'have another length in the storage than they should'),
    ...toOrphans(orphans),
  ]
}

function toFinding(check: string, ids: readonly string[], what: string): Finding[] {
  if (ids.length === 0) return []
  const shown = ids.slice(0, shownIds).join(', ')
  return [
    {
      check,
      severity: 'error',
      what: `${ids.length} files ${what}: ${shown}${ids.length > shownIds ? ', …' : ''}.`,
      why: 'They were removed behind the back of the server, the disk is damaged, or STORAGE_URL is that of another server.',
      mend: 'Check STORAGE_URL. Restore a backup into an empty directory and copy its files, or have their owners upload them again.',
    },
  ]
}

function toOrphans(hashes: readonly string[]): Finding[] {
  if (hashes.length === 0) return []
  return [
    {
      check: 'file-orphan',
      severity: 'note',
      what: `The storage has ${hashes.length} files that belong to nobody.`,
      why: 'A crash, a restore or a deleted user has left them.',
      mend: 'Nothing has to be done: the server removes them once a day.',
      fix: {
        needs: 'database',
        run: async ({ database, storage }) => {
          for (const hash of hashes) await removeUnusedContent({ database, storage }, hash)
        },
      },
    },
  ]
}
