import type { AdminUsageSummary } from '@holdfast/shared'
import { useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText, type Text } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { formatMicroUsd } from '../../../ui/format-amount.ts'
import { Select } from '../../../ui/select.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'

const groupings = ['user', 'model', 'day', 'tool'] as const
type Grouping = (typeof groupings)[number]
type Item = AdminUsageSummary['items'][number]

const offeredDays = [1, 7, 30, 90] as const
const dayMs = 86_400_000

/** What all people have used, by person, model, day or tool. */
export function ServerUsagePanel() {
  const text = useText()
  const [by, setBy] = useState<Grouping>('user')
  const [days, setDays] = useState<number>(30)
  const [openedAt] = useState(() => Date.now())
  // The server counts in days of UTC.
  const from = new Date(openedAt - (days - 1) * dayMs).toISOString().slice(0, 10)
  const query = trpc.admin.usage.summary.useQuery({ from, by }, { refetchOnMount: 'always' })
  return (
    <div className="space-y-4" data-testid="server-usage-panel">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto font-medium">{text('admin.usage')}</h2>
        <Select label={text('admin.usage.by')} value={by} onValue={(value) => setBy(toGrouping(value))} testId="usage-by">
          {groupings.map((value) => (
            <option key={value} value={value}>
              {text(`admin.usage.by.${value}`)}
            </option>
          ))}
        </Select>
        <Select label={text('admin.usage.period')} value={String(days)} onValue={(value) => setDays(Number(value))}>
          {offeredDays.map((count) => (
            <option key={count} value={count}>
              {text('admin.usage.days', { count })}
            </option>
          ))}
        </Select>
      </div>
      {query.isPending ? (
        <LoadingPanel />
      ) : query.data ? (
        <UsageItems by={by} summary={query.data} />
      ) : (
        <FailedPanel error={query.error} onTryAgain={() => void query.refetch()} />
      )}
    </div>
  )
}

function UsageItems({ by, summary }: { readonly by: Grouping; readonly summary: AdminUsageSummary }) {
  const text = useText()
  const { items, total } = summary
  if (items.length === 0) return <p className="text-sm text-soft">{text('admin.usage.none')}</p>
  const isOfTools = by === 'tool'
  const numeric = 'py-1.5 pl-4 text-right whitespace-nowrap'
  const columns = ['calls', ...(isOfTools ? [] : (['input', 'output', 'cost'] as const))] as const
  const row = (item: Omit<Item, 'key' | 'label'>) => {
    const cells = { calls: item.calls, input: item.inputTokens, output: item.outputTokens, cost: toCost(item, text) }
    return columns.map((column) => (
      <td key={column} className={numeric}>
        {typeof cells[column] === 'number' ? toCount(cells[column]) : cells[column]}
      </td>
    ))
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- on a phone it scrolls sideways, by keyboard too
    <div className="-mx-1 overflow-x-auto px-1" role="group" aria-label={text('admin.usage')} tabIndex={0}>
      <table className="w-full border-collapse text-sm tabular-nums">
        <thead className="text-xs text-soft">
          <tr className="border-b border-line-strong">
            <th scope="col" className="py-1.5 text-left font-medium">
              {text(`admin.usage.by.${by}`)}
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className={`${numeric} font-medium`}>
                {text(`admin.usage.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.key} className="border-b border-line">
              <th scope="row" className="max-w-64 min-w-28 py-1.5 text-left font-normal [overflow-wrap:anywhere]">
                {item.label ?? item.key}
              </th>
              {row(item)}
            </tr>
          ))}
        </tbody>
        {!isOfTools && (
          <tfoot>
            <tr className="font-medium">
              <th scope="row" className="py-1.5 text-left">
                {text('admin.usage.total')}
              </th>
              {row(total)}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

/** Never 0 for what nobody knows. */
function toCost({ calls, costMicroUsd, unknownCostCalls }: Omit<Item, 'key' | 'label'>, text: Text): string {
  if (unknownCostCalls === 0) return formatMicroUsd(costMicroUsd, locale)
  if (unknownCostCalls >= calls) return text('admin.usage.cost.unknown')
  return text('admin.usage.cost.at-least', { cost: formatMicroUsd(costMicroUsd, locale) })
}

function toCount(count: number): string {
  return new Intl.NumberFormat(locale).format(count)
}

function toGrouping(value: string): Grouping {
  return groupings.find((grouping) => grouping === value) ?? 'user'
}
