import type { Id, PlannerSource } from '@holdfast/shared'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../log/unit-of-work.ts'
import type { Logger } from '../logger.ts'

/** What a change of the planner needs of a transaction. A savepoint can give it too. */
export type PlannerUnit = Pick<UnitOfWork, 'tx' | 'notify' | 'afterCommit'>

/** For whom a change is made, when, and in which message of the assistant; null: the person made it by hand. */
export interface Actor {
  readonly userId: Id
  readonly now: Date
  readonly source: PlannerSource
}

export interface PlannerDeps {
  readonly logger: Logger
}

export type PlannerTableName = 'goals' | 'milestones' | 'tasks'

/** Tells all of the user's tabs, and the log, once the change is committed. */
export function announceChange(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, table: PlannerTableName, rows: number): void {
  if (rows === 0) return
  unit.notify(actor.userId, { type: 'planner' })
  const { messageId } = actor.source ?? {}
  unit.afterCommit(() => deps.logger.info({ event: 'database', table, rows, messageId }, 'the planner has changed'))
}

/** Runs a change that a person makes by hand, in a transaction of its own. */
export function changePlanner<Result>(
  deps: UnitOfWorkDeps & PlannerDeps,
  userId: Id,
  work: (unit: PlannerUnit, actor: Actor) => Promise<Result>,
): Promise<Result> {
  const now = deps.clock.now()
  return transact(deps, (unit) => work(unit, { userId, now, source: null }))
}
