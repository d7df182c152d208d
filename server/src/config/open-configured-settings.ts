import { createDefaultSettings } from '../settings/default-settings.ts'
import { openSettings, type Settings, type SettingsDeps } from '../settings/open-settings.ts'
import type { Config } from './config.ts'

/** The settings of the server that `config` describes: what the environment decides is fixed. Rejects when the database cannot be asked. */
export function openConfiguredSettings(
  deps: Omit<SettingsDeps, 'defaults' | 'fixed'>,
  config: Pick<Config, 'isForThisMachine' | 'messagesPerMinute' | 'trashKeepDays' | 'filesKeepDays' | 'signUp' | 'guests'>,
): Promise<Settings> {
  const { signUp, guests } = config
  return openSettings({
    ...deps,
    defaults: createDefaultSettings(config),
    fixed: { ...(signUp === null ? {} : { signUp }), ...(guests === null ? {} : { guests }) },
  })
}
