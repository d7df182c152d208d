import type { LocalModelState } from '@holdfast/shared'
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useClient } from '../react/client-context.tsx'
import { trpc } from '../react/trpc-react.ts'
import { errorToFailure } from '../sdk/transport/failure.ts'
import { OfferedModel, type LocalModelChange } from './offered-model.tsx'
import { useProvidersChanged } from './provider-scope.ts'

const lookEveryMs = 1_000

/** A small open model that the server fetches and runs itself: for who has no key, and for machines without a network. */
export function LocalModel() {
  const text = useText()
  const api = useClient().trpc.admin.localModel
  const refresh = useProvidersChanged()
  const found = trpc.admin.localModel.get.useQuery(undefined, {
    refetchOnMount: 'always',
    retry: false,
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? lookEveryMs : false),
  })
  const change = useMutation({
    mutationFn: (wanted: LocalModelChange) => {
      if (wanted === 'cancel') return api.cancel.mutate()
      if (wanted === 'remove') return api.remove.mutate()
      return api.install.mutate({ name: wanted.install })
    },
    onSettled: async () => {
      await found.refetch()
      await refresh()
    },
  })
  const state = found.data?.state
  useEffect(() => {
    if (state === 'running') void refresh()
  }, [state, refresh])
  const local = found.data
  if (!local || local.unsupported !== null) return null
  // The usual one, or the one that somebody has chosen.
  const shown = local.progress?.name ?? local.installed ?? local.offered[0]?.name
  const failure = change.isError ? errorToFailure(change.error) : null
  const failed = failure && (failure.kind === 'unreachable' ? text('failed.unreachable') : failure.message)
  const toItems = (models: LocalModelState['offered']) =>
    models.map((model) => (
      <OfferedModel
        key={model.name}
        model={model}
        local={local}
        isChanging={change.isPending}
        onChange={(wanted) => change.mutate(wanted)}
      />
    ))
  return (
    <section className="mb-5 rounded-md border border-line p-3" data-testid="local-model">
      <h3 className="text-sm font-medium">{text('local-model.title')}</h3>
      <p className="mt-1 text-sm text-soft">{text('local-model.about')}</p>
      <ul className="mt-2">{toItems(local.offered.filter(({ name }) => name === shown))}</ul>
      <details className="mt-2">
        <summary className="w-fit cursor-pointer rounded-sm py-1 text-sm text-soft hover:text-ink touch:py-2.5">
          {text('local-model.others')}
        </summary>
        <ul className="mt-2 space-y-3">{toItems(local.offered.filter(({ name }) => name !== shown))}</ul>
      </details>
      <p className="mt-2 text-sm text-danger-ink empty:hidden" role="alert">
        {failed ?? local.problem}
      </p>
    </section>
  )
}

function isBusy({ state }: LocalModelState): boolean {
  return state === 'installing' || state === 'starting'
}
