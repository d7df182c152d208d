import { useQuery } from '@tanstack/react-query'
import { serverAddress, toFullPath } from '../../../lib/base-path.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'

const refreshMs = 30_000
const timeoutMs = 10_000

/** What runs here, and how it is. */
export function ServerFacts() {
  const text = useText()
  const info = trpc.system.info.useQuery()
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }) =>
      (await fetch(toFullPath('/health/ready'), { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) })).ok,
    refetchInterval: refreshMs,
    staleTime: 0,
  })
  const isReady = health.data === true && !health.isError
  const facts = [
    [text('admin.version'), info.data?.version ?? '…'],
    [text('admin.database'), info.data ? text(`admin.database.${info.data.database}`) : '…'],
    [text('admin.address'), serverAddress()],
    [text('admin.health'), health.isPending ? '…' : text(isReady ? 'admin.health.ready' : 'admin.health.trouble')],
  ] as const
  return (
    <div className="space-y-3">
      <h2 className="font-medium">{text('admin.server')}</h2>
      <dl className="grid gap-x-6 gap-y-3 rounded-md border border-line p-4 sm:grid-cols-2">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-soft">{name}</dt>
            <dd className="text-sm wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
