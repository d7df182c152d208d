import '../../i18n/later-english.ts'
import type { Me } from '@holdfast/shared'
import { Gauge, X } from 'lucide-react'
import { useEffect } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import { createValueStore } from '../../lib/value-store.ts'
import { trpc } from '../../react/trpc-react.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { findNearBudget } from './near-budget.ts'

const refreshMs = 60_000
/** An administrator may set a budget while the page is open. */
const refreshWithoutBudgetMs = 15 * 60_000

/** The budget whose notice was closed, until the page is loaded again. */
const closed = createValueStore<string | null>(null)

/** Says calmly that a budget is nearly used up. */
export function LimitNotice({ isAnswerRunning }: { readonly isAnswerRunning: boolean }) {
  const text = useText()
  const { data, refetch } = trpc.system.me.useQuery(undefined, {
    refetchInterval: ({ state }) => (hasBudget(state.data) ? refreshMs : refreshWithoutBudgetMs),
  })
  const isLimited = hasBudget(data)
  useEffect(() => {
    if (isLimited && !isAnswerRunning) void refetch()
  }, [isLimited, isAnswerRunning, refetch])
  const near = data && findNearBudget(data)
  if (useStore(closed) === near?.kind || !near) return null
  return (
    <div className="flex items-center gap-2 px-1 text-[0.8125rem] text-soft" role="status" data-testid="limit-notice">
      <Gauge size={14} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">{text(`usage.near.${near.kind}`, { percent: near.percent })}</p>
      <IconButton label={text('close')} size="small" onClick={() => closed.set(near.kind)}>
        <X size={13} aria-hidden />
      </IconButton>
    </div>
  )
}

function hasBudget(me: Me | undefined): boolean {
  return (
    me !== undefined &&
    [me.limits.tokensPerDay, me.limits.microUsdPerMonth, me.limits.bytesStored].some((limit) => limit !== null)
  )
}
