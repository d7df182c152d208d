/** The tools with which a model works on the planner, in the order in which they are offered to it. */
export const plannerToolNames = [
  'add_task',
  'list_tasks',
  'complete_task',
  'update_task',
  'delete_task',
  'create_goal',
  'list_goals',
  'update_goal',
  'create_milestone',
  'list_milestones',
  'update_milestone',
  'complete_milestone',
] as const

export type PlannerToolName = (typeof plannerToolNames)[number]
