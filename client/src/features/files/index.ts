import { lazyPart } from '../../ui/lazy-part.tsx'

export const FilesPage = lazyPart(() => import('./files-page.tsx').then((module) => module.FilesPage))
export { filesKey } from './files-key.ts'
