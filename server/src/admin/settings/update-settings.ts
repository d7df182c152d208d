import type { AdminSettings, AdminSettingsChanges, Id } from '@holdfast/shared'
import type { Audit } from '../../audit/open-audit.ts'
import type { Database } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Settings } from '../../settings/open-settings.ts'
import { getSettings } from './get-settings.ts'

export interface UpdateSettingsDeps {
  readonly database: Database
  readonly settings: Settings
  readonly audit: Pick<Audit, 'record'>
}

/** Kinds and numbers. Of all others the audit log says only that they were changed. */
const shownKeys = ['signUp', 'guests', 'ownKeys', 'limits', 'retention'] as const

/**
 * Sets the given members, each as a whole; they hold on every node within seconds.
 * @throws Refusal BAD_REQUEST that names each member that the environment decides
 */
export async function updateSettings(
  deps: UpdateSettingsDeps,
  userId: Id,
  changes: AdminSettingsChanges,
): Promise<AdminSettings> {
  const { database, settings, audit } = deps
  const refused = settings.fixed.filter((key) => changes[key] !== undefined)
  if (refused.length > 0) {
    const issues = refused.map((path) => ({ path, message: 'is set by the environment of the server' }))
    throw new Refusal('BAD_REQUEST', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), { issues })
  }
  await database.queries.transaction(async (tx) => {
    await settings.write(tx, changes, userId)
    await audit.record(tx, { action: 'settings.updated', actorId: userId, targetType: 'settings', details: toDetails(changes) })
  })
  await settings.announce()
  return getSettings(deps)
}

function toDetails(changes: AdminSettingsChanges): Record<string, unknown> {
  const shown = shownKeys.filter((key) => changes[key] !== undefined).map((key) => [key, changes[key]])
  return { keys: Object.keys(changes).toSorted(), ...Object.fromEntries(shown) }
}
