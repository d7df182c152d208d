import type { AdminSettings } from '@holdfast/shared'
import type { Settings } from '../../settings/open-settings.ts'

/** The settings of the server, and which of them the environment decides. */
export function getSettings({ settings }: { readonly settings: Settings }): AdminSettings {
  return { settings: settings.current(), fixed: [...settings.fixed] }
}
