import { openSource, type DataPlace, type DataSource } from '../backup/data-source.ts'
import { BackupError } from '../backup/backup-error.ts'
import type { OnProgress } from '../backup/progress.ts'
import { openStorage } from '../files/storage/open-storage.ts'
import { openPglite } from '../platform/database/open-pglite.ts'
import { openPostgres } from '../platform/database/open-postgres.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import { StartError } from '../platform/start-error.ts'
import { checkSchema } from './check-database.ts'
import { checkDirectory } from './check-directory.ts'
import { checkFiles, listHashes } from './check-files.ts'
import { checkGenerations } from './check-generations.ts'
import { checkLogs } from './check-logs.ts'
import { checkSearch } from './check-search.ts'
import type { Finding } from './finding.ts'

export interface DoctorDeps {
  readonly place: DataPlace
  readonly hasSecretSetting: boolean
  readonly logger: Logger
  readonly onProgress?: OnProgress
}

export interface Diagnosis {
  readonly findings: readonly (Omit<Finding, 'fix'> & {
    /** `fixed`: mended just now; `fixable`: `--fix` would; `stop-first`: it would if the server were stopped. */
    readonly state: 'open' | 'fixable' | 'fixed' | 'stop-first'
  })[]
  /** A server was running on the data. Of Postgres this is not known. */
  readonly isServed: boolean
}

/** Looks at everything that a server keeps, which may run. With `fix`, what can be mended without losing anything is. */
export async function runDoctor(deps: DoctorDeps, { fix }: { fix: boolean }): Promise<Diagnosis> {
  const { place, hasSecretSetting } = deps
  const isEmbedded = place.databaseUrl === null
  // The modes first: opening the data closes them to others by itself, and nobody would hear of it.
  const findings = await checkDirectory(place.dataDir, { isEmbedded, hasSecretSetting })
  const { isServed, found } = await examineData(deps)
  findings.push(...found)
  const fixed = new Set<Finding>()
  if (fix) {
    for (const finding of findings) {
      if (finding.fix?.needs !== 'directory') continue
      await finding.fix.run()
      fixed.add(finding)
    }
    if (!isServed) await fixData(deps, findings, fixed)
  }
  return {
    isServed,
    findings: findings.map((finding) => {
      const { fix: way, ...said } = finding
      const state = fixed.has(finding) ? 'fixed' : !way ? 'open' : way.needs === 'database' && isServed ? 'stop-first' : 'fixable'
      return { ...said, state }
    }),
  }
}

async function examineData(deps: DoctorDeps): Promise<{ isServed: boolean; found: Finding[] }> {
  let source: DataSource
  try {
    source = await openSource(deps.place)
  } catch (error) {
    if (!(error instanceof BackupError || error instanceof StartError)) throw error
    const why = 'The rest could not be looked at.'
    const mend = 'Mend it as the sentence says, and run the doctor again.'
    return { isServed: false, found: [{ check: 'database', severity: 'error', what: error.message, why, mend }] }
  }
  await using opened = source
  deps.onProgress?.({ what: 'Listing files', done: 0, total: null })
  const stored = await listHashes(opened.storage)
  const found = await opened.readAtOneMoment(async (queries) => {
    const schema = await checkSchema(queries)
    if (schema.length > 0) return schema
    return [...(await checkRows(queries, deps)), ...(await checkFiles(queries, opened.storage, stored))]
  })
  return { isServed: opened.isServed, found }
}

/** The checks that need nothing but the rows of a database that has the newest schema. */
export async function checkRows(queries: Queries, { onProgress }: Pick<DoctorDeps, 'onProgress'>): Promise<Finding[]> {
  return [
    ...(await checkGenerations(queries)),
    ...(await checkLogs(queries, (done) => onProgress?.({ what: 'Conversations', done, total: null }))),
    ...(await checkSearch(queries)),
  ]
}

async function fixData({ place, logger }: DoctorDeps, findings: readonly Finding[], fixed: Set<Finding>): Promise<void> {
  const fixes = findings.flatMap((finding) => (finding.fix?.needs === 'database' ? { finding, run: finding.fix.run } : []))
  if (fixes.length === 0) return
  const database = await (place.databaseUrl === null ? openPglite(place.dataDir) : openPostgres(place.databaseUrl))
  try {
    using storage = await openStorage(place.storage, place.dataDir)
    for (const { finding, run } of fixes) {
      await run({ database, storage, logger })
      fixed.add(finding)
    }
  } finally {
    await database.close()
  }
}
