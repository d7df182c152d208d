import type { Id, PlannerSource } from '@holdfast/shared'
import { useEffect, useRef, useState } from 'react'
import type { PlannerData } from '../store/planner-data.ts'

const shownMs = 2_600

interface Changing {
  readonly id: Id
  readonly updatedAt: string
  readonly changedBy: PlannerSource
  readonly createdBy: PlannerSource
}

/** Ids of items that the assistant has just created or changed. */
export function useFreshItems(data: PlannerData | null): ReadonlySet<Id> {
  const [fresh, setFresh] = useState<ReadonlySet<Id>>(() => new Set())
  const before = useRef<ReadonlyMap<Id, string> | null>(null)
  useEffect(() => {
    if (!data) return
    const items: readonly Changing[] = [...data.goals, ...data.milestones, ...data.tasks]
    const found = before.current ? findFresh(before.current, items) : []
    before.current = new Map([...(before.current ?? []), ...items.map(({ id, updatedAt }) => [id, updatedAt] as const)])
    if (found.length > 0) setFresh(new Set(found))
  }, [data])
  useEffect(() => {
    if (fresh.size === 0) return
    const timer = setTimeout(() => setFresh(new Set()), shownMs)
    return () => clearTimeout(timer)
  }, [fresh])
  return fresh
}

/** @param before the last known time of change of each item */
export function findFresh(before: ReadonlyMap<Id, string>, items: readonly Changing[]): Id[] {
  return items
    .filter((item) => before.get(item.id) !== item.updatedAt && (before.has(item.id) ? item.changedBy : item.createdBy) !== null)
    .map(({ id }) => id)
}
