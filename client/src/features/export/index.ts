import { lazyPart } from '../../ui/lazy-part.tsx'

export type { ExportFormat } from './export-format.ts'
export { useExport } from './use-export.ts'
export const DataSettings = lazyPart(() => import('./data-settings.tsx').then((module) => module.DataSettings))
