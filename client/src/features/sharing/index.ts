import { lazyPart } from '../../ui/lazy-part.tsx'

export const Sharing = lazyPart(async () => (await import('./sharing.tsx')).Sharing)
