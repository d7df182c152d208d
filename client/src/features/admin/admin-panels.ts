import type { TextId } from '../../i18n/english/index.ts'
import { lazyPart, type LazyPart } from '../../ui/lazy-part.tsx'
import { LoadingPanel } from './loading-panel.tsx'

/** One page of the administration area, at `/admin/ID`. */
export interface AdminPanel {
  readonly id: string
  readonly title: TextId
  readonly Panel: LazyPart<object>
}

const options = { waiting: LoadingPanel }

/** In the order of the navigation; the first is the one at `/admin`. */
export const adminPanels: readonly AdminPanel[] = [
  {
    id: 'people',
    title: 'admin.people',
    Panel: lazyPart(() => import('./people/people-panel.tsx').then((module) => module.PeoplePanel), options),
  },
  {
    id: 'models',
    title: 'admin.models',
    Panel: lazyPart(() => import('./models/models-panel.tsx').then((module) => module.ModelsPanel), options),
  },
  {
    id: 'limits',
    title: 'admin.limits',
    Panel: lazyPart(() => import('./limits/limits-panel.tsx').then((module) => module.LimitsPanel), options),
  },
  {
    id: 'usage',
    title: 'admin.usage',
    Panel: lazyPart(() => import('./usage/server-usage-panel.tsx').then((module) => module.ServerUsagePanel), options),
  },
  {
    id: 'audit',
    title: 'admin.audit',
    Panel: lazyPart(() => import('./audit/audit-panel.tsx').then((module) => module.AuditPanel), options),
  },
  {
    id: 'storage',
    title: 'admin.storage',
    Panel: lazyPart(() => import('./storage/storage-panel.tsx').then((module) => module.StoragePanel), options),
  },
  {
    id: 'server',
    title: 'admin.server',
    Panel: lazyPart(() => import('./server/server-panel.tsx').then((module) => module.ServerPanel), options),
  },
]
