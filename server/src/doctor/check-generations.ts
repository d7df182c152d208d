import { activeStatusCondition, schema } from '@holdfast/drizzle'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { executeRows, type Queries } from '../platform/database/database.ts'
import { createClock } from '../platform/clock.ts'
import { createLocalBus } from '../platform/bus/local-bus.ts'
import { transact } from '../event-log/unit-of-work.ts'
import { saveConversation } from '../conversation-store/conversation-row.ts'
import { findLostGenerations } from '../generation/queue/lost-jobs.ts'
import type { Finding, FixDeps } from './finding.ts'

const { messages } = schema

/** Answers that nobody will finish: without a job, or without a generation at all. */
export async function checkGenerations(queries: Queries): Promise<Finding[]> {
  const lost = await findLostGenerations(queries)
  const stuck = await executeRows<{ id: string }>(
    queries,
    sql`select m.id::text as id from messages m
      where ${activeStatusCondition(sql`m.status`)} and not exists (
        select 1 from generations g where g.message_id = m.id and ${activeStatusCondition(sql`g.status`)})`,
  )
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            check: 'generation-without-job',
            severity: 'warning' as const,
            what: `${lost.length} answers are to be written, and have no job.`,
            why: 'Jobs are not in a backup, or the table of jobs was emptied.',
            mend: 'Start the server: it queues them again.',
          },
        ]),
    ...(stuck.length === 0
      ? []
      : [
          {
            check: 'message-stuck',
            severity: 'error' as const,
            what: `${stuck.length} answers look as if they were being written, and nobody writes them.`,
            why: 'Their generation was removed by hand.',
            mend: 'Run "holdfast doctor --fix": it marks them as interrupted, and a person can continue them.',
            fix: {
              needs: 'database' as const,
              run: (deps: FixDeps) =>
                interrupt(
                  deps,
                  stuck.map(({ id }) => id),
                ),
            },
          },
        ]),
  ]
}

async function interrupt({ database }: FixDeps, ids: readonly string[]): Promise<void> {
  const deps = { database, bus: createLocalBus(), clock: createClock() }
  for (const id of ids) {
    await transact(deps, async (unit) => {
      const [row] = await unit.tx
        .select()
        .from(messages)
        .where(and(eq(messages.id, id), activeStatusCondition(messages.status), isNull(messages.deletedAt)))
      if (!row) return
      const error = { code: 'interrupted', message: 'The server stopped in mid-answer. Everything up to here is saved.' } as const
      const [ended] = await unit.append(row.conversationId, [
        { type: 'generation-ended', messageId: id, status: 'interrupted', usage: null, error },
      ])
      const updatedAt = new Date(ended?.at ?? row.updatedAt)
      await unit.tx
        .update(messages)
        .set({ status: 'interrupted', error: JSON.stringify(error), updatedAt })
        .where(eq(messages.id, id))
      await saveConversation(unit, row.conversationId, {
        updatedAt,
        state: 'error',
        ...(ended ? { endedSeq: ended.seq } : {}),
      })
    })
  }
}
