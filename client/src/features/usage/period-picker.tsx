import { useId, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { isDay, offeredDays, toLastDays, type Period } from './period.ts'

export interface PeriodPickerProps {
  readonly period: Period
  readonly today: string
  readonly onPeriod: (period: Period) => void
}

const choice = 'h-8 rounded-sm px-2.5 text-[0.8125rem] touch:h-11'

/** Selects a period: the last days, or a custom range. */
export function PeriodPicker({ period, today, onPeriod }: PeriodPickerProps) {
  const text = useText()
  const [isCustom, setCustom] = useState(period.lastDays === null)
  const own = isCustom || period.lastDays === null
  return (
    <div className="flex flex-wrap items-center gap-2" data-chrome="">
      <div role="group" aria-label={text('usage.period')} className="flex gap-0.5 rounded-md border border-line p-0.5">
        {offeredDays.map((days) => {
          const isPressed = !own && period.lastDays === days
          return (
            <button
              key={days}
              type="button"
              aria-pressed={isPressed}
              className={`${choice} ${isPressed ? 'bg-hover font-medium text-ink' : 'text-soft hover:bg-hover/60'}`}
              onClick={() => {
                setCustom(false)
                onPeriod(toLastDays(days, today))
              }}
            >
              {text('usage.days', { count: days })}
            </button>
          )
        })}
        <button
          type="button"
          aria-pressed={own}
          className={`${choice} ${own ? 'bg-hover font-medium text-ink' : 'text-soft hover:bg-hover/60'}`}
          onClick={() => setCustom(true)}
        >
          {text('usage.custom')}
        </button>
      </div>
      {own && (
        <div className="flex flex-wrap items-center gap-2">
          {/* The other end follows where it would come to stand on the wrong side. */}
          <DayField
            label={text('usage.from')}
            value={period.from}
            onDay={(from) => onPeriod({ from, to: from > period.to ? from : period.to, lastDays: null })}
          />
          <DayField
            label={text('usage.to')}
            value={period.to}
            onDay={(to) => onPeriod({ from: to < period.from ? to : period.from, to, lastDays: null })}
          />
        </div>
      )}
    </div>
  )
}

function DayField(props: { readonly label: string; readonly value: string; readonly onDay: (day: string) => void }) {
  const id = useId()
  const { label, value, onDay } = props
  return (
    <label htmlFor={id} className="flex items-center gap-1.5 text-[0.8125rem] text-soft">
      {label}
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => isDay(event.target.value) && onDay(event.target.value)}
        className="h-8 rounded-sm border border-line-strong bg-paper px-2 text-[0.8125rem] text-ink touch:h-11"
      />
    </label>
  )
}
