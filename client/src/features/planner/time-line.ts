import type { Milestone } from '@holdfast/shared'
import type { Day } from './day.ts'
import { compareByPlace } from './planner-data.ts'

/** Milestones by their days, those without one last, and a mark for today where it has some on both sides. */
export function toTimeLine(milestones: readonly Milestone[], today: Day): (Milestone | 'today')[] {
  const sorted = [...milestones].sort(compareByDay)
  const past = sorted.filter(({ targetDate }) => targetDate !== null && targetDate < today)
  const toCome = sorted.slice(past.length)
  const hasBoth = past.length > 0 && toCome.some(({ targetDate }) => targetDate !== null)
  return hasBoth ? [...past, 'today', ...toCome] : sorted
}

function compareByDay(a: Milestone, b: Milestone): number {
  if (a.targetDate === b.targetDate) return compareByPlace(a, b)
  if (a.targetDate === null) return 1
  return b.targetDate === null || a.targetDate < b.targetDate ? -1 : 1
}
