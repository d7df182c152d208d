import { lazyPart } from '../../ui/lazy-part.tsx'

/** Loaded on first use. */
export const UsagePage = lazyPart(() => import('./usage-page.tsx').then((module) => module.UsagePage))
export const LimitNotice = lazyPart(() => import('./limit-notice.tsx').then((module) => module.LimitNotice), { isQuiet: true })
