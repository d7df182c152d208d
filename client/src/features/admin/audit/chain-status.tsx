import { useInfiniteQuery } from '@tanstack/react-query'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'

/** Verifies the chain of records while it is shown, some thousand at a time, and says how far it is in order. */
export function ChainStatus() {
  const text = useText()
  const { client } = trpc.useUtils()
  const check = useInfiniteQuery({
    queryKey: ['audit-chain'],
    queryFn: ({ pageParam, signal }) => client.admin.audit.verify.query({ afterSeq: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ fault, nextAfterSeq }) => (fault ? null : nextAfterSeq),
    staleTime: 0,
    gcTime: 0,
  })
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = check
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])

  const last = data?.pages.at(-1)
  const number = (seq: number) => new Intl.NumberFormat(locale).format(seq)
  if (last?.fault) {
    return (
      <p role="alert" className="flex gap-2 text-sm text-danger-ink" data-testid="audit-chain">
        <ShieldAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
        <span className="min-w-0 wrap-anywhere">{text('audit.chain.fault', { message: last.fault.message })}</span>
      </p>
    )
  }
  if (isError) {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3 text-sm text-soft" data-testid="audit-chain">
        {text('audit.chain.failed')}
        <Button size="small" onClick={() => void (last ? fetchNextPage() : check.refetch())}>
          {text('try-again')}
        </Button>
      </div>
    )
  }
  const isDone = last !== undefined && last.nextAfterSeq === null
  return (
    <p role="status" className="flex gap-2 text-sm text-soft" data-testid="audit-chain">
      <ShieldCheck size={16} aria-hidden className={`mt-0.5 shrink-0 ${isDone ? 'text-accent' : 'text-faint'}`} />
      {isDone
        ? last.seq === 0
          ? text('audit.chain.empty')
          : text('audit.chain.whole', { seq: number(last.seq), hash: last.hash.slice(0, 12) })
        : text('audit.chain.checking', { seq: number(last?.seq ?? 0) })}
    </p>
  )
}
