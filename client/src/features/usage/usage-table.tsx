import { Download } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { download } from '../../ui/download.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { usageToCsv } from './usage-csv.ts'
import { toCost, toCount, type UsageSums } from './usage-words.ts'

export interface UsageRow extends UsageSums {
  readonly key: string
  /** The plain-text name. */
  readonly name: string
  readonly shown?: ReactNode
}

export interface UsageTableProps {
  readonly title: string
  readonly column: string
  readonly rows: readonly UsageRow[]
  /** Name of the CSV file without its extension, and heading of its first column. */
  readonly fileName: string
  readonly testId: string
}

const firstRows = 12

/** The numbers behind a chart. Estimates are marked; an unknown cost is not 0. */
export function UsageTable({ title, column, rows, fileName, testId }: UsageTableProps) {
  const text = useText()
  const id = useId()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? rows : rows.slice(0, firstRows)
  const numeric = 'py-1.5 pl-4 text-right whitespace-nowrap sm:w-32'
  return (
    <section aria-labelledby={id} data-testid={testId}>
      <div className="flex items-center justify-between gap-2">
        <h2 id={id} className="text-sm font-medium">
          {title}
        </h2>
        <IconButton
          label={text('usage.download', { what: title })}
          size="small"
          data-chrome=""
          onClick={() => download(new Blob([usageToCsv(fileName, rows)], { type: 'text/csv;charset=utf-8' }), `${fileName}.csv`)}
        >
          <Download size={14} aria-hidden />
        </IconButton>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- on a phone it scrolls sideways, by keyboard too */}
      <div className="-mx-1 overflow-x-auto px-1" role="group" aria-labelledby={id} tabIndex={0}>
        <table className="mt-1 w-full border-collapse text-sm tabular-nums">
          <thead className="text-xs text-faint">
            <tr className="border-b border-line-strong">
              <th scope="col" className="py-1.5 text-left font-medium">
                {column}
              </th>
              <th scope="col" className={`${numeric} font-medium`}>
                {text('usage.calls')}
              </th>
              <th scope="col" className={`${numeric} font-medium`}>
                {text('usage.input')}
              </th>
              <th scope="col" className={`${numeric} font-medium`}>
                {text('usage.output')}
              </th>
              <th scope="col" className={`${numeric} font-medium`}>
                {text('usage.cost')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.key} className="border-b border-line last:border-b-0">
                <th scope="row" className="max-w-64 min-w-28 py-1.5 text-left font-normal [overflow-wrap:anywhere]">
                  {row.shown ?? row.name}
                </th>
                <td className={numeric}>{toCount(row.calls)}</td>
                <td className={numeric}>
                  <Tokens count={row.inputTokens} isEstimated={row.estimatedCalls > 0} />
                </td>
                <td className={numeric}>
                  <Tokens count={row.outputTokens} isEstimated={row.estimatedCalls > 0} />
                </td>
                <td className={`${numeric} ${row.unknownCostCalls > 0 ? 'text-soft' : ''}`}>{toCost(row, text)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > firstRows && !isWhole && (
        <Button tone="quiet" size="small" className="mt-1" data-chrome="" onClick={() => setWhole(true)}>
          {text('usage.more', { count: rows.length - firstRows })}
        </Button>
      )}
    </section>
  )
}

function Tokens({ count, isEstimated }: { readonly count: number; readonly isEstimated: boolean }) {
  const text = useText()
  if (!isEstimated) return toCount(count)
  return (
    <span title={text('usage.estimated.hint')}>
      <span aria-hidden className="text-faint">
        ≈{' '}
      </span>
      <span className="sr-only">{text('usage.about')} </span>
      {toCount(count)}
    </span>
  )
}
