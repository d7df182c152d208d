import type { Task } from '@holdfast/shared'
import type { HoldfastClient } from '../../../sdk/client.ts'
import type { PlannerData } from './planner-data.ts'

/** The server's largest page. */
const limit = 200

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

async function readAllPages<Item>(readPage: (cursor: string | null) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const page: Page<Item> = await readPage(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

/** Goals, milestones, the tasks that are open, and the counts of all. */
export async function readPlanner(trpc: HoldfastClient['trpc'], signal: AbortSignal): Promise<PlannerData> {
  const [goals, milestones, tasks, stats] = await Promise.all([
    readAllPages((cursor) => trpc.goals.list.query({ cursor, limit }, { signal })),
    readAllPages((cursor) => trpc.milestones.list.query({ cursor, limit }, { signal })),
    readAllPages((cursor) => trpc.tasks.list.query({ cursor, limit, status: 'pending' }, { signal })),
    trpc.tasks.stats.query({}, { signal }),
  ])
  return { goals, milestones, tasks, stats }
}

export function readCompletedTasks(trpc: HoldfastClient['trpc'], signal: AbortSignal): Promise<Task[]> {
  return readAllPages((cursor) => trpc.tasks.list.query({ cursor, limit, status: 'completed' }, { signal }))
}
