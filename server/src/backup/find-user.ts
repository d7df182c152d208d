import type { Id } from '@holdfast/shared'
import { findPerson } from '../people/find-person.ts'
import type { Queries } from '../platform/database/database.ts'
import { BackupError } from './backup-error.ts'

/** The id of a user who is named by e-mail address or id; a guest has only an id. @throws BackupError when there is none */
export async function findUser(queries: Queries, emailOrId: string): Promise<Id> {
  const id = await findPerson(queries, emailOrId)
  if (id === null) throw new BackupError(`--user: there is no user ${emailOrId}. "holdfast users list" shows them.`)
  return id
}
