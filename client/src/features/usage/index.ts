import { lazyPart } from '../../ui/lazy-part.tsx'

/** Fetched when it is first shown. */
export const UsagePage = lazyPart(() => import('./usage-page.tsx').then((module) => module.UsagePage))
