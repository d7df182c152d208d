import { randomUUID } from 'node:crypto'
import type { ProcedureRow } from './procedure-row.ts'

const request = () => ({ requestId: randomUUID() })
const today = '2026-11-20'

/** Goals, milestones, tasks, and what answers did to them. */
export const everyPlannerProcedure = {
  'goals.list': { type: 'query', input: () => ({ limit: 5, status: 'active' }) },
  'goals.create': {
    type: 'mutation',
    input: () => ({ goalId: randomUUID(), title: 'Run', description: 'Far', targetDate: today }),
  },
  'goals.update': {
    type: 'mutation',
    input: ({ goalId }) => ({ goalId, title: 'Run', description: 'Far', targetDate: today, status: 'completed' }),
    ids: ['goalId'],
  },
  'goals.reorder': { type: 'mutation', input: ({ goalId }) => ({ goalId, afterId: null }), ids: ['goalId'] },
  'goals.delete': { type: 'mutation', input: ({ goalId }) => ({ goalId }), ids: ['goalId'] },
  'goals.restore': { type: 'mutation', input: ({ goalId }) => ({ goalId }), ids: ['goalId'] },
  'milestones.list': {
    type: 'query',
    input: ({ goalId }) => ({ limit: 5, status: 'pending', goalId }),
  },
  'milestones.create': {
    type: 'mutation',
    input: ({ goalId }) => ({ milestoneId: randomUUID(), goalId, title: 'Half way', targetDate: today }),
    ids: ['goalId'],
  },
  'milestones.update': {
    type: 'mutation',
    input: ({ milestoneId, goalId }) => ({ milestoneId, goalId, title: 'Half way', targetDate: today, completed: true }),
    ids: ['milestoneId', 'goalId'],
  },
  'milestones.complete': { type: 'mutation', input: ({ milestoneId }) => ({ milestoneId }), ids: ['milestoneId'] },
  'milestones.reorder': { type: 'mutation', input: ({ milestoneId }) => ({ milestoneId, afterId: null }), ids: ['milestoneId'] },
  'milestones.delete': { type: 'mutation', input: ({ milestoneId }) => ({ milestoneId }), ids: ['milestoneId'] },
  'milestones.restore': { type: 'mutation', input: ({ milestoneId }) => ({ milestoneId }), ids: ['milestoneId'] },
  'tasks.list': {
    type: 'query',
    input: ({ milestoneId }) => ({ limit: 5, status: 'pending', category: 'home', milestoneId, overdue: true, today }),
  },
  'tasks.stats': { type: 'query', input: () => ({ today }) },
  'tasks.add': {
    type: 'mutation',
    input: ({ milestoneId }) => ({
      taskId: randomUUID(),
      milestoneId,
      title: 'Run',
      description: 'Far',
      category: 'sport',
      dueDate: today,
    }),
    ids: ['milestoneId'],
  },
  'tasks.update': {
    type: 'mutation',
    input: ({ taskId, milestoneId }) => ({
      taskId,
      milestoneId,
      title: 'Run',
      description: 'Far',
      category: 'sport',
      dueDate: today,
      completed: true,
    }),
    ids: ['taskId', 'milestoneId'],
  },
  'tasks.complete': { type: 'mutation', input: ({ taskId }) => ({ taskId }), ids: ['taskId'] },
  'tasks.reorder': { type: 'mutation', input: ({ taskId }) => ({ taskId, afterId: null }), ids: ['taskId'] },
  'tasks.delete': { type: 'mutation', input: ({ taskId }) => ({ taskId }), ids: ['taskId'] },
  'tasks.restore': { type: 'mutation', input: ({ taskId }) => ({ taskId }), ids: ['taskId'] },
  'planner.previewUndo': { type: 'query', input: ({ answerId }) => ({ messageId: answerId }), ids: ['messageId'] },
  'planner.undo': { type: 'mutation', input: ({ answerId }) => ({ ...request(), messageId: answerId }), ids: ['messageId'] },
  'planner.redo': { type: 'mutation', input: ({ answerId }) => ({ ...request(), messageId: answerId }), ids: ['messageId'] },
} satisfies Record<string, ProcedureRow>
