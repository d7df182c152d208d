import { addTaskTool } from './add-task-tool.ts'
import { completeMilestoneTool } from './complete-milestone-tool.ts'
import { completeTaskTool } from './complete-task-tool.ts'
import { createGoalTool } from './create-goal-tool.ts'
import { createMilestoneTool } from './create-milestone-tool.ts'
import { deleteTaskTool } from './delete-task-tool.ts'
import { listGoalsTool } from './list-goals-tool.ts'
import { listMilestonesTool } from './list-milestones-tool.ts'
import { listTasksTool } from './list-tasks-tool.ts'
import type { Tool } from '../../tools/tool.ts'
import { updateGoalTool } from './update-goal-tool.ts'
import { updateMilestoneTool } from './update-milestone-tool.ts'
import { updateTaskTool } from './update-task-tool.ts'

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
