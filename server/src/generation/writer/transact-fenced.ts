import { schema } from '@holdfast/drizzle'
import { and, eq, sql } from 'drizzle-orm'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../../event-log/unit-of-work.ts'
import { leaseSeconds } from './append-batches.ts'
import type { GenerationRow } from '../store/generation-row.ts'
import { LeaseLostError } from '../store/lease-lost-error.ts'

const { generations } = schema

/** A transaction in the name of a generation: it does nothing unless this worker still owns it. @throws LeaseLostError */
export function transactFenced<Result>(
  deps: UnitOfWorkDeps,
  generation: Pick<GenerationRow, 'id' | 'fence'>,
  work: (unit: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  return transact(deps, async (unit) => {
    const held = await unit.tx
      .update(generations)
      .set({ leaseUntil: sql`now() + make_interval(secs => ${leaseSeconds})` })
      .where(
        and(eq(generations.id, generation.id), eq(generations.fence, generation.fence), eq(generations.status, 'generating')),
      )
      .returning({ id: generations.id })
    if (held.length === 0) throw new LeaseLostError(`generation ${generation.id} belongs to another worker, or has ended`)
    return work(unit)
  })
}
