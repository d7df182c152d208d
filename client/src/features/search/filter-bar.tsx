import { useId } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'
import { Select } from '../../ui/select.tsx'
import { hasFilters, type SearchAddress } from './search-address.ts'

export interface FilterBarProps {
  readonly search: SearchAddress
  readonly onSearch: (search: SearchAddress) => void
  readonly models: readonly PickerItem[]
}

/** Filters by author, model, time, and use of tools. */
export function FilterBar({ search, onSearch, models }: FilterBarProps) {
  const text = useText()
  const change = (changes: Partial<SearchAddress>) => onSearch({ ...search, ...changes })
  const isForeign = search.model !== null && !models.some(({ id }) => id === search.model)
  return (
    <div className="mt-2.5 flex flex-wrap items-center gap-2" role="group" aria-label={text('search.filters')}>
      <Select
        label={text('search.role')}
        value={search.role ?? ''}
        isMarked={search.role !== null}
        onValue={(value) => change({ role: value === 'user' || value === 'assistant' ? value : null })}
        testId="filter-role"
      >
        <option value="">{text('search.role.any')}</option>
        <option value="user">{text('search.role.user')}</option>
        <option value="assistant">{text('search.role.assistant')}</option>
      </Select>
      <Select
        label={text('search.model')}
        value={search.model ?? ''}
        isMarked={search.model !== null}
        onValue={(value) => change({ model: value || null })}
        // The same before and after the list of models is there.
        className="w-36"
        testId="filter-model"
      >
        <option value="">{text('search.model.any')}</option>
        {isForeign && <option value={search.model ?? ''}>{search.model}</option>}
        {models.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </Select>
      <Select
        label={text('search.tools')}
        value={search.hasToolCalls ? 'yes' : ''}
        isMarked={search.hasToolCalls}
        onValue={(value) => change({ hasToolCalls: value === 'yes' })}
        testId="filter-tools"
      >
        <option value="">{text('search.tools.any')}</option>
        <option value="yes">{text('search.tools.yes')}</option>
      </Select>
      <div className="flex flex-wrap gap-2">
        <DayField
          label={text('search.from')}
          value={search.from}
          max={search.to}
          onValue={(from) => change({ from })}
          testId="filter-from"
        />
        <DayField
          label={text('search.to')}
          value={search.to}
          min={search.from}
          onValue={(to) => change({ to })}
          testId="filter-to"
        />
      </div>
      {hasFilters(search) && (
        <Button
          tone="quiet"
          size="small"
          onClick={() => onSearch({ query: search.query, role: null, model: null, from: null, to: null, hasToolCalls: false })}
        >
          {text('search.filters.clear')}
        </Button>
      )}
    </div>
  )
}

function DayField(props: {
  readonly label: string
  readonly value: string | null
  readonly min?: string | null
  readonly max?: string | null
  readonly onValue: (value: string | null) => void
  readonly testId: string
}) {
  const id = useId()
  const { label, value, min, max } = props
  return (
    <label
      htmlFor={id}
      className={`flex h-7 items-center gap-1.5 rounded-sm border px-2 text-[0.8125rem] touch:h-11 ${value === null ? 'border-line text-soft' : 'border-accent/60 text-ink'}`}
    >
      {label}
      <input
        id={id}
        type="date"
        value={value ?? ''}
        min={min ?? undefined}
        max={max ?? undefined}
        onChange={(event) => props.onValue(event.target.value || null)}
        className="bg-transparent text-[0.8125rem]"
        data-testid={props.testId}
      />
    </label>
  )
}
