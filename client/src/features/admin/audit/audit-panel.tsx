import { maxAuditPage, type AuditRecord } from '@holdfast/shared'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { readTimeZone } from '../../../i18n/read-time-zone.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { download } from '../../../ui/download.ts'
import { useToast } from '../../../ui/toasts.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { auditToCsv } from './audit-csv.ts'
import { AuditFilterBar } from './audit-filter-bar.tsx'
import { filterToInput, isFiltered, noFilter, type AuditFilter } from './audit-filter.ts'
import { AuditRow } from './audit-row.tsx'
import { ChainStatus } from './chain-status.tsx'

/** Who did what on the server, and whether the records are as they were written. */
export function AuditPanel() {
  const text = useText()
  const [filter, setFilter] = useState(noFilter)
  return (
    <div className="space-y-4" data-testid="audit-panel">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium">{text('admin.audit')}</h2>
        <DownloadButton filter={filter} />
      </div>
      <p className="text-sm text-soft">{text('audit.about')}</p>
      <ChainStatus />
      <AuditFilterBar filter={filter} onFilter={setFilter} />
      <AuditList filter={filter} onFilter={setFilter} />
    </div>
  )
}

function AuditList({ filter, onFilter }: { readonly filter: AuditFilter; readonly onFilter: (filter: AuditFilter) => void }) {
  const text = useText()
  const [zone] = useState(readTimeZone)
  const list = trpc.admin.audit.list.useInfiniteQuery(
    { ...filterToInput(filter), ...zone },
    { getNextPageParam: (page) => page.nextCursor, staleTime: 0 },
  )
  if (list.isPending) return <LoadingPanel />
  if (!list.data) return <FailedPanel error={list.error} onTryAgain={() => void list.refetch()} />
  const records = list.data.pages.flatMap(({ items }) => items)
  if (records.length === 0) {
    return <p className="text-sm text-soft">{text(isFiltered(filter) ? 'audit.none' : 'audit.empty')}</p>
  }
  return (
    <>
      <ul aria-label={text('admin.audit')}>
        {records.map((record) => (
          <AuditRow key={record.id} record={record} onUser={(user) => onFilter({ ...filter, user })} />
        ))}
      </ul>
      {list.isFetchNextPageError && <FailedPanel error={list.error} onTryAgain={() => void list.fetchNextPage()} />}
      {list.hasNextPage && !list.isFetchNextPageError && (
        <Button size="small" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text('audit.older')}
        </Button>
      )}
    </>
  )
}

/** Downloads every record that the filter lets through. */
function DownloadButton({ filter }: { readonly filter: AuditFilter }) {
  const text = useText()
  const toast = useToast()
  const { client } = trpc.useUtils()
  const [isBusy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      const records: AuditRecord[] = []
      let cursor: string | null = null
      do {
        const page: { items: AuditRecord[]; nextCursor: string | null } = await client.admin.audit.list.query({
          ...filterToInput(filter),
          ...readTimeZone(),
          limit: maxAuditPage,
          cursor,
        })
        records.push(...page.items)
        cursor = page.nextCursor
      } while (cursor !== null)
      download(new Blob([auditToCsv(records)], { type: 'text/csv;charset=utf-8' }), 'audit.csv')
    } catch {
      toast({ tone: 'danger', text: text('audit.download.failed') })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button size="small" disabled={isBusy} onClick={() => void save()}>
      <Download size={14} aria-hidden />
      {text(isBusy ? 'audit.downloading' : 'audit.download')}
    </Button>
  )
}
