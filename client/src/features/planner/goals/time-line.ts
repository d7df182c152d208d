import { comparePlaces, type Milestone } from '@holdfast/shared'
import type { Day } from '../store/day.ts'

/** Sorts milestones by day, those without one last. Inserts `today` if there are dated milestones on both sides of it. */
export function toTimeLine(milestones: readonly Milestone[], today: Day): (Milestone | 'today')[] {
  const sorted = [...milestones].sort(compareByDay)
  const past = sorted.filter(({ targetDate }) => targetDate !== null && targetDate < today)
  const toCome = sorted.slice(past.length)
  const hasBoth = past.length > 0 && toCome.some(({ targetDate }) => targetDate !== null)
  return hasBoth ? [...past, 'today', ...toCome] : sorted
}

function compareByDay(a: Milestone, b: Milestone): number {
  if (a.targetDate === b.targetDate) return comparePlaces(a, b)
  if (a.targetDate === null) return 1
  return b.targetDate === null || a.targetDate < b.targetDate ? -1 : 1
}
