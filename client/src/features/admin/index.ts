import { lazyPart } from '../../ui/lazy-part.tsx'

/** Loaded on first use. */
export const AdminPage = lazyPart(() => import('./admin-page.tsx').then((module) => module.AdminPage))
