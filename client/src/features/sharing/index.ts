import { lazyPart } from '../../ui/lazy-part.tsx'

const load = () => import('./sharing.tsx')

export const ShareDialog = lazyPart(async () => (await load()).ShareDialog)
export const ContinuePage = lazyPart(async () => (await load()).ContinuePage)
