import type { AdminSettings, AdminSettingsChanges, Id } from '@holdfast/shared'
import type { Database } from '../../platform/database/database.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Settings } from '../../settings/open-settings.ts'
import { getSettings } from './get-settings.ts'

export interface UpdateSettingsDeps {
  readonly database: Database
  readonly settings: Settings
}

/**
 * Sets the given members, each as a whole; they hold on every node within seconds.
 * @throws Refusal BAD_REQUEST that names each member that the environment decides
 */
export async function updateSettings(
  deps: UpdateSettingsDeps,
  userId: Id,
  changes: AdminSettingsChanges,
): Promise<AdminSettings> {
  const { database, settings } = deps
  const refused = settings.fixed.filter((key) => changes[key] !== undefined)
  if (refused.length > 0) {
    const issues = refused.map((path) => ({ path, message: 'is set by the environment of the server' }))
    throw new Refusal('BAD_REQUEST', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), { issues })
  }
  await database.queries.transaction((tx) => settings.write(tx, changes, userId))
  await settings.announce()
  return getSettings(deps)
}
