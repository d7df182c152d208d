import { sumPlannerCounts, type Id, type PlannerCounts, type tasksStatsInput, type TaskStats } from '@holdfast/shared'
import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import { toLocalDate } from '../local-date.ts'
import { executeRows, type Database, type Queries } from '../../platform/database/database.ts'

/** Counts the user's tasks in total and by category, milestone and goal. `today` decides what is overdue; by default the date in UTC. */
export function getTaskStats(
  deps: { database: Database; clock: Clock },
  userId: Id,
  input: z.output<typeof tasksStatsInput>,
): Promise<TaskStats> {
  const today = input?.today ?? toLocalDate(deps.clock.now(), 0)
  return readConsistently(deps.database, async (queries) => {
    const byCategory = await countByCategory(queries, userId, today)
    const milestones = await countByMilestone(queries, userId, today)
    const goals = await executeRows<{ id: Id }>(
      queries,
      sql`select id from goals where user_id = ${userId} and deleted_at is null order by position, id`,
    )
    const { all, without } = await countTasks(queries, userId, today)
    return {
      ...all,
      byCategory,
      byMilestone: [
        ...milestones.map(({ id, tasks }) => ({ milestoneId: id, ...tasks })),
        ...(without.total > 0 ? [{ milestoneId: null, ...without }] : []),
      ],
      byGoal: goals.map(({ id }) => {
        const own = milestones.filter((milestone) => milestone.goalId === id)
        return {
          goalId: id,
          milestones: sumPlannerCounts(own.map((milestone) => milestone.itself)),
          tasks: sumPlannerCounts(own.map(({ tasks }) => tasks)),
        }
      }),
    }
  })
}

const counted = sql.raw(`
  count(t.id)::int as total,
  count(t.id) filter (where t.completed_at is null)::int as pending,
  count(t.id) filter (where t.completed_at is not null)::int as completed`)
const overdueOf = (today: string) =>
  sql`count(t.id) filter (where t.completed_at is null and t.due_date < ${today}::date)::int as overdue`

type CountsRow = Record<keyof PlannerCounts, number>

function rowToCounts({ total, pending, completed, overdue }: CountsRow): PlannerCounts {
  return { total, pending, completed, overdue }
}

async function countTasks(queries: Queries, userId: Id, today: string) {
  const rows = await executeRows<CountsRow & { free: boolean }>(
    queries,
    sql`
    select t.milestone_id is null as free, ${counted}, ${overdueOf(today)}
    from tasks t where t.user_id = ${userId} and t.deleted_at is null group by 1`,
  )
  return {
    all: sumPlannerCounts(rows.map(rowToCounts)),
    without: sumPlannerCounts(rows.filter((row) => row.free).map(rowToCounts)),
  }
}

async function countByCategory(queries: Queries, userId: Id, today: string) {
  const rows = await executeRows<CountsRow & { category: string | null }>(
    queries,
    sql`
    select t.category, ${counted}, ${overdueOf(today)}
    from tasks t where t.user_id = ${userId} and t.deleted_at is null
    group by t.category order by t.category nulls last`,
  )
  return rows.map((row) => ({ category: row.category, ...rowToCounts(row) }))
}

async function countByMilestone(queries: Queries, userId: Id, today: string) {
  const rows = await executeRows<CountsRow & { id: Id; goalId: Id | null; isCompleted: boolean; isOverdue: boolean }>(
    queries,
    sql`
    select m.id, m.goal_id as "goalId", m.completed_at is not null as "isCompleted",
      coalesce(m.completed_at is null and m.target_date < ${today}::date, false) as "isOverdue",
      ${counted}, ${overdueOf(today)}
    from milestones m left join tasks t on t.user_id = m.user_id and t.milestone_id = m.id and t.deleted_at is null
    where m.user_id = ${userId} and m.deleted_at is null
    group by m.id order by m.position, m.id`,
  )
  return rows.map((row) => ({
    id: row.id,
    goalId: row.goalId,
    tasks: rowToCounts(row),
    itself: {
      total: 1,
      pending: row.isCompleted ? 0 : 1,
      completed: row.isCompleted ? 1 : 0,
      overdue: row.isOverdue ? 1 : 0,
    },
  }))
}
