import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { formatShortCount } from '../../ui/format-amount.ts'
import { toCost, type UsageSums } from './usage-words.ts'

/** The totals of the period, and how many of them are estimates. */
export function UsageTotals({ total }: { readonly total: UsageSums }) {
  const text = useText()
  const { calls, inputTokens, outputTokens, cachedInputTokens, unknownCostCalls, estimatedCalls } = total
  return (
    <dl
      className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line lg:grid-cols-4"
      data-testid="usage-totals"
    >
      <Total
        label={text('usage.cost')}
        value={toCost(total, text)}
        about={unknownCostCalls === 0 ? null : text('usage.cost.without-price', { count: unknownCostCalls })}
      />
      <Total
        label={text('usage.input.long')}
        value={formatShortCount(inputTokens, locale)}
        about={cachedInputTokens === 0 ? null : text('usage.cached', { count: formatShortCount(cachedInputTokens, locale) })}
      />
      <Total label={text('usage.output.long')} value={formatShortCount(outputTokens, locale)} about={null} />
      <Total
        label={text('usage.calls.long')}
        value={formatShortCount(calls, locale)}
        about={
          estimatedCalls === 0
            ? null
            : text('usage.estimated', { share: Math.max(1, Math.round((estimatedCalls / calls) * 100)) })
        }
      />
    </dl>
  )
}

function Total({ label, value, about }: { readonly label: string; readonly value: string; readonly about: string | null }) {
  return (
    <div className="bg-paper px-4 py-3">
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="mt-0.5 text-lg leading-tight font-semibold tracking-tight tabular-nums">{value}</dd>
      {about !== null && <dd className="mt-0.5 text-xs text-soft">{about}</dd>}
    </div>
  )
}
