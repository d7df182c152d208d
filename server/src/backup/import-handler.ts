import type { Import } from '@holdfast/shared'
import { z } from 'zod'
import { importLocalFile } from '../imports/import-local-file.ts'
import type { RunImportDeps } from '../imports/run-import.ts'
import type { ControlHandler } from '../platform/control/control-server.ts'
import { Refusal } from '../platform/refusal.ts'
import { StartError } from '../platform/start-error.ts'
import { BackupError } from './backup-error.ts'
import { findUser } from './find-user.ts'

const inputSchema = z.object({ path: z.string(), user: z.string() })
export type ImportRequest = z.output<typeof inputSchema>

/** Imports a file of this machine for a user. Yields the import as it grows. @throws StartError when it cannot be done */
export async function* importForUser(deps: RunImportDeps, { path, user }: ImportRequest): AsyncGenerator<Import> {
  try {
    yield* importLocalFile(deps, await findUser(deps.database.queries, user), path)
  } catch (error) {
    if (error instanceof BackupError) throw new StartError(error.message)
    // It speaks of the field of an upload.
    if (error instanceof Refusal) throw new StartError(`${path}: ${error.message.replace(/^fileId: /u, '')}`)
    throw error
  }
}

/** The same for a program that asks the running server. */
export function createImportHandler(deps: RunImportDeps): ControlHandler {
  return (input) => importForUser(deps, inputSchema.parse(input))
}
