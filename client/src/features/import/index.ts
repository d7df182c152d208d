import { lazyPart } from '../../ui/lazy-part.tsx'

export const ImportStarter = lazyPart(() => import('./import-starter.tsx').then((module) => module.ImportStarter))
export const ImportSettings = lazyPart(() => import('./import-settings.tsx').then((module) => module.ImportSettings))
