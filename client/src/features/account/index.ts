import { lazyPart } from '../../ui/lazy-part.tsx'

/** Loaded on first use. */
export const AccountSettings = lazyPart(() => import('./account-settings.tsx').then((module) => module.AccountSettings))
export const EntryPage = lazyPart(() => import('./entry-page.tsx').then((module) => module.EntryPage))
