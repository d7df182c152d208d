import { addTaskTool } from './add-task.ts'
import { completeMilestoneTool } from './complete-milestone.ts'
import { completeTaskTool } from './complete-task.ts'
import { createGoalTool } from './create-goal.ts'
import { createMilestoneTool } from './create-milestone.ts'
import { deleteTaskTool } from './delete-task.ts'
import { listGoalsTool } from './list-goals.ts'
import { listMilestonesTool } from './list-milestones.ts'
import { listTasksTool } from './list-tasks.ts'
import type { Tool } from './tool.ts'
import { updateGoalTool } from './update-goal.ts'
import { updateMilestoneTool } from './update-milestone.ts'
import { updateTaskTool } from './update-task.ts'

/** The tools that work on the user's goals, milestones and tasks. The order is part of what providers cache. */
export const plannerTools: readonly Tool[] = [
  addTaskTool,
  listTasksTool,
  completeTaskTool,
  updateTaskTool,
  deleteTaskTool,
  createGoalTool,
  listGoalsTool,
  updateGoalTool,
  createMilestoneTool,
  listMilestonesTool,
  updateMilestoneTool,
  completeMilestoneTool,
]
