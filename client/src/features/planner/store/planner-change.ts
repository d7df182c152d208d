import type { PlannerCommand } from './planner-command.ts'
import type { PlannerData } from './planner-data.ts'

/** A change that a person makes to their plans. */
export interface PlannerChange {
  /**
   * Applies the change to the plans. The server's lists may already hold it, so applying it again changes nothing more; its item may also
   * be gone.
   */
  readonly apply: (data: PlannerData) => PlannerData
  /** Does the same on the server. */
  readonly command: PlannerCommand
}
