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
    id: 'server',
    title: 'admin.server',
    Panel: lazyPart(() => import('./server/server-panel.tsx').then((module) => module.ServerPanel), options),
  },
]
