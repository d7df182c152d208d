import type { Belongings } from './belongings.ts'

export interface ProcedureRow {
  readonly type: 'query' | 'mutation' | 'subscription'
  /** A valid input for the owner of these things, and names as many of them as it can. Absent: the procedure takes none. */
  readonly input?: (own: Belongings) => Readonly<Record<string, unknown>>
  /** The fields that name something of a user's: for a stranger they are NOT_FOUND. */
  readonly ids?: readonly string[]
  /** For administrators only; the first user of a server is one. */
  readonly isForAdmins?: boolean
  /** It answers without a token, too. */
  readonly isPublic?: boolean
  /** A guest is refused. */
  readonly isForAccounts?: boolean
}
