import { Refusal } from '../platform/refusal.ts'
import type { Settings } from '../settings/open-settings.ts'
import type { ChangeProviderDeps } from './change-provider.ts'

export interface OwnProviderDeps extends ChangeProviderDeps {
  readonly settings: Pick<Settings, 'current'>
}

/** @throws Refusal FORBIDDEN where people may not use keys of their own */
export function checkOwnKeysAllowed({ settings }: Pick<OwnProviderDeps, 'settings'>): void {
  if (!settings.current().ownKeys) throw new Refusal('FORBIDDEN', 'Keys of your own are not allowed on this server')
}
