import type { Provider } from '@holdfast/shared'
import { useMutation } from '@tanstack/react-query'
import { useText } from '../i18n/use-text.ts'
import { trpc } from '../react/trpc-react.ts'
import { Button } from '../ui/button.tsx'
import { useProviderApi, useProvidersChanged } from './provider-scope.ts'
import { tryAndSave } from './try-and-save.ts'

/** Ollama and LM Studio at the machine of the server, each to be used with one click. */
export function FoundPrograms({ onSaved }: { readonly onSaved: (provider: Provider) => void }) {
  const text = useText()
  const api = useProviderApi('everyone')
  const refresh = useProvidersChanged()
  const found = trpc.admin.providers.discover.useQuery(undefined, { refetchOnMount: 'always', retry: false })
  const add = useMutation({
    mutationFn: ({ kind, baseUrl }: { readonly kind: Provider['kind']; readonly baseUrl: string }) =>
      tryAndSave(api, { kind, address: baseUrl, key: '', name: '', model: '', background: false }, null),
    onSuccess: async ({ saved }) => {
      if (saved === null) return
      await refresh()
      onSaved(saved)
    },
  })
  const items = found.data?.items.filter(({ isAdded }) => !isAdded) ?? []
  if (items.length === 0) return null
  return (
    <section className="mb-5 rounded-md border border-line p-3" data-testid="found-programs">
      <h3 className="text-sm font-medium">{text('providers.found')}</h3>
      <ul className="mt-2 space-y-2">
        {items.map(({ kind, baseUrl, models }) => {
          const name = text(`providers.kind.${kind}`)
          return (
            <li key={baseUrl} className="flex flex-wrap items-center justify-between gap-2 text-sm">
              <span>
                {name} <span className="text-xs text-soft">{text('providers.found.models', { count: models.length })}</span>
              </span>
              <Button size="small" disabled={add.isPending} onClick={() => add.mutate({ kind, baseUrl })}>
                {text('providers.use', { name })}
              </Button>
            </li>
          )
        })}
      </ul>
      <p className="mt-2 text-sm text-danger-ink empty:hidden" role="alert">
        {add.data?.problem ?? (add.isError ? text('failed.unreachable') : null)}
      </p>
    </section>
  )
}
