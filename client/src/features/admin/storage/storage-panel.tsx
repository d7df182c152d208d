import { trpc } from '../../../react/trpc-react.ts'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { RetentionForm } from './retention-form.tsx'
import { StorageFacts } from './storage-facts.tsx'

/** What is kept, whose it is, and for how long. */
export function StoragePanel() {
  const storage = trpc.admin.storage.get.useQuery(undefined, { refetchOnMount: 'always' })
  const settings = trpc.admin.settings.get.useQuery(undefined, { refetchOnMount: 'always' })
  if (storage.isPending || settings.isPending) return <LoadingPanel />
  if (!storage.data) return <FailedPanel error={storage.error} onTryAgain={() => void storage.refetch()} />
  if (!settings.data) return <FailedPanel error={settings.error} onTryAgain={() => void settings.refetch()} />
  const { retention } = settings.data.settings
  return (
    <div className="space-y-8" data-testid="storage-panel">
      <StorageFacts storage={storage.data} />
      {/* What another administrator has set meanwhile takes the place of what is shown. */}
      <RetentionForm key={JSON.stringify(retention)} retention={retention} isFixed={settings.data.fixed.includes('retention')} />
    </div>
  )
}
