import { auditActions } from '@holdfast/shared'
import { X } from 'lucide-react'
import { useId } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Button } from '../../../ui/button.tsx'
import { Select } from '../../../ui/select.tsx'
import { isFiltered, noFilter, type AuditFilter } from './audit-filter.ts'

/** Filters by action, person and day. A person is chosen in the list. */
export function AuditFilterBar({
  filter,
  onFilter,
}: {
  readonly filter: AuditFilter
  readonly onFilter: (filter: AuditFilter) => void
}) {
  const text = useText()
  const { user, action, from, to } = filter
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={text('audit.filters')}>
      <Select
        label={text('audit.action')}
        value={action ?? ''}
        isMarked={action !== null}
        onValue={(value) => onFilter({ ...filter, action: auditActions.find((name) => name === value) ?? null })}
        className="w-52"
        testId="audit-action"
      >
        <option value="">{text('audit.action.any')}</option>
        {auditActions.map((name) => (
          <option key={name} value={name}>
            {text(`audit.action.${name}`)}
          </option>
        ))}
      </Select>
      <DayField label={text('audit.from')} value={from} onValue={(day) => onFilter({ ...filter, from: day })} />
      <DayField label={text('audit.to')} value={to} onValue={(day) => onFilter({ ...filter, to: day })} />
      {user !== null && (
        <Button
          size="small"
          isPill
          className="max-w-60"
          aria-label={text('audit.person.clear', { name: user.name })}
          onClick={() => onFilter({ ...filter, user: null })}
        >
          <bdi className="truncate">{user.name}</bdi>
          <X size={13} aria-hidden className="shrink-0" />
        </Button>
      )}
      {isFiltered(filter) && (
        <Button tone="quiet" size="small" onClick={() => onFilter(noFilter)}>
          {text('audit.filters.clear')}
        </Button>
      )}
    </div>
  )
}

function DayField({
  label,
  value,
  onValue,
}: {
  readonly label: string
  readonly value: string | null
  readonly onValue: (day: string | null) => void
}) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-1.5 text-[0.8125rem] text-soft">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="date"
        min="2020-01-01"
        max="2100-01-01"
        value={value ?? ''}
        onChange={(event) => onValue(event.target.value || null)}
        className={`h-7 rounded-sm border bg-transparent px-2 touch:h-11 ${value === null ? 'border-line' : 'border-accent/60 font-medium text-ink'}`}
      />
    </span>
  )
}
