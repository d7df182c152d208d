/** One row of the table: a figure, with its goal if it has one. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | '×' | 'px' | 'elements' | 'frames' | 'commits'
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

export function isMet({ value, goal }: Figure): boolean {
  if (!goal) return true
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}

/** Prints the table; returns whether every goal was met. */
export function printFigures(figures: readonly Figure[]): boolean {
  const rows = figures.map((figure) => [
    figure.name,
    `${formatNumber(figure.value)} ${figure.unit}`,
    goalToText(figure),
    figure.goal ? (isMet(figure) ? 'yes' : 'NO') : '',
  ])
  printTable(['figure', 'measured', 'goal', 'met'], rows)
  return figures.every(isMet)
}

/** Prints rows in columns as a table in Markdown. The first column is text, the others are numbers. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  console.log(['', line(head), rule, ...rows.map(line), ''].join('\n'))
}

/** The value below which the given share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

export function formatNumber(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function goalToText({ goal, unit }: Figure): string {
  if (!goal) return ''
  return 'atMost' in goal ? `≤ ${goal.atMost} ${unit}` : `≥ ${goal.atLeast} ${unit}`
}
