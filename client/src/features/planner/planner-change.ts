import type { PlannerCommand } from './planner-command.ts'
import type { PlannerData } from './planner-data.ts'

/** Something that a person does to their plans. */
export interface PlannerChange {
  /**
   * The plans with it done. Doing it again changes nothing more, because the server's own lists may already hold it; what it is
   * about may also be gone.
   */
  readonly apply: (data: PlannerData) => PlannerData
  /** What the server is told. */
  readonly command: PlannerCommand
}
