import type { Import } from '@holdfast/shared'

/** How far an import is. `total` and `share` are null while the conversations are not counted. */
export function toProgress({ conversations, skipped, total }: Pick<Import, 'conversations' | 'skipped' | 'total'>): {
  readonly done: number
  readonly total: number | null
  readonly share: number | null
} {
  const done = conversations + skipped
  if (total === undefined) return { done, total: null, share: null }
  return { done, total, share: total === 0 ? 1 : Math.min(1, done / total) }
}
