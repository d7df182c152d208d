import type { Id, PlannerSource } from '@holdfast/shared'
import { transact, type UnitOfWork, type UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import type { Logger } from '../platform/logger.ts'

/** The part of a transaction that a change of the planner needs. A savepoint can provide it too. */
export type PlannerUnit = Pick<UnitOfWork, 'tx' | 'notify' | 'afterCommit'>

/** For which user a change is made, when, and in which message of the assistant; null: the user made it by hand. */
export interface Actor {
  readonly userId: Id
  readonly now: Date
  readonly source: PlannerSource
}

export interface PlannerDeps {
  readonly logger: Logger
}

export type PlannerTableName = 'goals' | 'milestones' | 'tasks'

/** Notifies the user's devices, and writes a log line, after the commit. */
export function announceChange(deps: PlannerDeps, unit: PlannerUnit, actor: Actor, table: PlannerTableName, rows: number): void {
  if (rows === 0) return
  unit.notify(actor.userId, { type: 'planner' })
  const { messageId } = actor.source ?? {}
  unit.afterCommit(() => deps.logger.info({ event: 'database', table, rows, messageId }, 'the planner has changed'))
}

/** A use case of the planner: runs in a transaction of the caller, a procedure or a tool. */
export type PlannerCommand<Input, Result> = (deps: PlannerDeps, unit: PlannerUnit, actor: Actor, input: Input) => Promise<Result>

/** Runs a command that the user gave by hand, in a transaction of its own. */
export function changePlanner<Input, Result>(
  deps: UnitOfWorkDeps & PlannerDeps,
  userId: Id,
  command: PlannerCommand<Input, Result>,
  input: Input,
): Promise<Result> {
  const now = deps.clock.now()
  return transact(deps, (unit) => command(deps, unit, { userId, now, source: null }, input))
}
