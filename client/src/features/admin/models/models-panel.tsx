import { ProviderList } from '../../../providers/provider-list.tsx'
import { trpc } from '../../../react/trpc-react.ts'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { DefaultsForm } from './defaults-form.tsx'
import { FallbacksForm } from './fallbacks-form.tsx'

/** The providers of models for everyone, the administrator's own where those are allowed, and what new conversations begin with. */
export function ModelsPanel() {
  const settings = trpc.admin.settings.get.useQuery(undefined, { refetchOnMount: 'always' })
  if (settings.isPending) return <LoadingPanel />
  if (!settings.data) return <FailedPanel error={settings.error} onTryAgain={() => void settings.refetch()} />
  return (
    <div className="space-y-8" data-testid="models-panel">
      <ProviderList scope="everyone" />
      {settings.data.settings.ownKeys && <ProviderList scope="own" />}
      <FallbacksForm fallbacks={settings.data.settings.fallbacks} />
      <DefaultsForm defaults={settings.data.settings.defaults} />
    </div>
  )
}
