import { AxisBottom, AxisLeft } from '@visx/axis'
import { scaleBand, scaleLinear } from '@visx/scale'
import { Bar } from '@visx/shape'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { labelsToMargin } from './labels-to-margin.ts'
import { toDayName } from './usage-words.ts'

export interface ChartDay {
  readonly day: string
  /** Stacked values, the lowest first. */
  readonly values: readonly number[]
  /** The day's values in words. */
  readonly words: string
  /** The total is at least the bar's: some amounts are unknown. */
  readonly isPartial: boolean
}

export interface DayChartProps {
  readonly title: string
  /** The text alternative of the chart. */
  readonly description: string
  readonly days: readonly ChartDay[]
  readonly formatValue: (value: number) => string
  readonly testId: string
}

const height = 180
const margins = { top: 12, right: 20, bottom: 26 }
const fills = ['fill-accent', 'fill-accent/45']
const label = { fill: 'var(--ink-faint)', fontSize: 11, fontFamily: 'inherit' }

/** A bar chart of days. The bar under the pointer, or chosen with the arrow keys, is described below. */
export function DayChart({ title, description, days, formatValue, testId }: DayChartProps) {
  const text = useText()
  const id = useId()
  const [ref, width] = useWidth()
  const [picked, setPicked] = useState<number | null>(null)
  const last = days.length - 1
  const index = Math.min(picked ?? last, last)
  const shown = days[index]
  const largest = Math.max(...days.map(({ values }) => sumOf(values)), 0)
  const ticks = scaleLinear({ domain: [0, largest || 1], range: [height, 0], nice: true }).ticks(4)
  const margin = { ...margins, left: labelsToMargin(ticks.map(formatValue)) }
  const innerWidth = Math.max(0, width - margin.left - margin.right)
  const innerHeight = height - margin.top - margin.bottom
  const x = scaleBand({ domain: days.map(({ day }) => day), range: [0, innerWidth], padding: days.length > 45 ? 0.15 : 0.28 })
  const y = scaleLinear({ domain: [0, largest || 1], range: [innerHeight, 0], nice: true })

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowDown: -1,
      ArrowUp: 1,
      PageDown: -7,
      PageUp: 7,
    }
    const step = steps[event.key]
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === undefined ? null : index + step
    if (next === null) return
    event.preventDefault()
    setPicked(Math.min(Math.max(next, 0), last))
  }

  return (
    <figure className="m-0 break-inside-avoid" data-testid={testId}>
      <figcaption className="mb-1 text-sm font-medium" id={`${id}-title`}>
        {title}
      </figcaption>
      <div
        ref={ref}
        role="slider"
        tabIndex={0}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-description`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={shown?.words}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setPicked(null)}
        onPointerMove={(event) => {
          const left = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left
          setPicked(Math.min(Math.max(Math.floor(left / (innerWidth / days.length)), 0), last))
        }}
        className="touch-pan-y rounded-sm"
      >
        <svg width={width} height={height} role="img" aria-labelledby={`${id}-name ${id}-description`} className="block">
          <title id={`${id}-name`}>{title}</title>
          <desc id={`${id}-description`}>{description}</desc>
          {width > 0 && (
            <g transform={`translate(${margin.left},${margin.top})`}>
              {y.ticks(4).map((tick) => (
                <line key={tick} x1={0} x2={innerWidth} y1={y(tick)} y2={y(tick)} className="stroke-line" />
              ))}
              {days.map(({ day, values, isPartial }, at) => (
                <g key={day} opacity={picked === null || at === index ? 1 : 0.45}>
                  <DayBars x={x(day) ?? 0} width={x.bandwidth()} values={values} y={y} />
                  {isPartial && (
                    <text
                      x={(x(day) ?? 0) + x.bandwidth() / 2}
                      y={y(sumOf(values)) - 3}
                      textAnchor="middle"
                      className="fill-warm-ink text-[10px] font-semibold"
                    >
                      ?
                    </text>
                  )}
                </g>
              ))}
              <AxisLeft
                scale={y}
                numTicks={4}
                hideAxisLine
                hideTicks
                tickFormat={(value) => formatValue(Number(value))}
                tickLabelProps={{ ...label, dx: -2, dy: 4, textAnchor: 'end' }}
              />
              <AxisBottom
                scale={x}
                top={innerHeight}
                hideTicks
                stroke="var(--line-strong)"
                tickValues={toTickDays(days, innerWidth)}
                tickFormat={(day) => toDayName(day, 'short')}
                tickLabelProps={{ ...label, textAnchor: 'middle' }}
              />
            </g>
          )}
        </svg>
      </div>
      <p className="mt-1 min-h-5 text-xs text-soft tabular-nums" aria-hidden>
        {shown?.words ?? text('usage.none')}
      </p>
    </figure>
  )
}

function DayBars(props: {
  readonly x: number
  readonly width: number
  readonly values: readonly number[]
  readonly y: (value: number) => number
}) {
  const { x, width, values, y } = props
  return values.map((value, part) => {
    const below = sumOf(values.slice(0, part))
    const top = y(below + value)
    // A small value stays visible.
    const barHeight = value > 0 ? Math.max(1.5, y(below) - top) : 0
    return (
      <Bar
        // oxlint-disable-next-line react/no-array-index-key -- parts have no other identity than their position
        key={part}
        x={x}
        y={y(below) - barHeight}
        width={width}
        height={barHeight}
        rx={Math.min(2, width / 4)}
        className={fills[part % fills.length] ?? ''}
      />
    )
  })
}

/** The days that have room for a label. */
function toTickDays(days: readonly ChartDay[], innerWidth: number): string[] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(innerWidth / 58))))
  return days.filter((_, index) => (days.length - 1 - index) % every === 0).map(({ day }) => day)
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** The layout width of an element in pixels; 0 before layout. */
function useWidth(): readonly [ref: RefObject<HTMLDivElement | null>, width: number] {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
