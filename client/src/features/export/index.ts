import { lazyPart } from '../../ui/lazy-part.tsx'

export { useExport, type ExportFormat } from './use-export.ts'
export const DataSettings = lazyPart(() => import('./data-settings.tsx').then((module) => module.DataSettings))
