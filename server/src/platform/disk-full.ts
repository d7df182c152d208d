import { errorToCodes } from './error-codes.ts'

/** Postgres and the embedded database (53100), and the file system, say so. */
const fullCodes = new Set(['53100', 'ENOSPC', 'EDQUOT'])

/** Whether something failed because there is no room left on a disk, or in the share of it that this user has. */
export function isDiskFull(error: unknown): boolean {
  return errorToCodes(error).some((code) => fullCodes.has(code))
}
