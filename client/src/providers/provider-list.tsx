import '../i18n/later-english.ts'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AddModelDialog } from './add-model-dialog.tsx'
import { ProviderItem } from './provider-item.tsx'
import { providersKey, useProviderApi, type ProviderScope } from './provider-scope.ts'

/** The providers of a scope, with what adds, changes and removes them. */
export function ProviderList({ scope }: { readonly scope: ProviderScope }) {
  const text = useText()
  const api = useProviderApi(scope)
  const [isAdding, setAdding] = useState(false)
  const list = useQuery({ queryKey: providersKey(scope), queryFn: () => api.list.query(), refetchOnMount: 'always' })
  return (
    <section aria-label={text(scope === 'own' ? 'providers.own' : 'providers.title')} data-testid="provider-list">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-sm font-medium">{text(scope === 'own' ? 'providers.own' : 'providers.title')}</h2>
        <Button size="small" onClick={() => setAdding(true)} data-testid="add-provider">
          <Plus size={14} aria-hidden />
          {text('providers.add')}
        </Button>
      </div>
      {scope === 'own' && <p className="mt-1 text-sm text-soft">{text('providers.own.about')}</p>}
      {list.isPending && <Skeleton className="mt-3 h-10" />}
      {list.isError && (
        <p className="mt-2 flex flex-wrap items-center gap-3 text-sm text-soft">
          {text('providers.failed')}
          <Button size="small" onClick={() => void list.refetch()}>
            {text('try-again')}
          </Button>
        </p>
      )}
      {list.data?.items.length === 0 && <p className="mt-2 text-sm text-soft">{text('providers.none')}</p>}
      {list.data && list.data.items.length > 0 && (
        <ul className="mt-2 divide-y divide-line/70 border-y border-line/70">
          {list.data.items.map((provider) => (
            <ProviderItem key={provider.id} scope={scope} provider={provider} />
          ))}
        </ul>
      )}
      {isAdding && <AddModelDialog scope={scope} onClose={() => setAdding(false)} />}
    </section>
  )
}
