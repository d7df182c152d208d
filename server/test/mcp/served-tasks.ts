import { ProtocolError, ProtocolErrorCode, type Server } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** The state of a task as a server of the extension for tasks tells it, and what it was told. */
export interface TaskState {
  status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'
  statusMessage?: string
  result?: object
  inputRequests?: object
}

/** The result of a call that became a task. */
export interface ServedTask {
  readonly resultType: 'task'
  readonly taskId: string
}

const tasks = new Map<string, TaskState>()
/** How often each task was asked for. */
const polls = new Map<string, number>()
const updates: { taskId: string; inputResponses: unknown }[] = []

/** The tasks of all servers in this process: they outlive a restart of the one that made them. */
export const servedTasks = {
  updates,
  polls: (taskId: string) => polls.get(taskId) ?? 0,
  get: (taskId: string) => tasks.get(taskId),
  /** Makes a task, or changes one. */
  set: (
    taskId: string,
    state: TaskState,
  ): ServedTask & { status: string; createdAt: string; lastUpdatedAt: string; ttlMs: null } => {
    tasks.set(taskId, state)
    const now = new Date().toISOString()
    return { resultType: 'task', taskId, status: state.status, createdAt: now, lastUpdatedAt: now, ttlMs: null }
  },
}

const params = z.looseObject({ taskId: z.string() })

/** Lets a server answer for its tasks. */
export function serveTasks(server: Server): void {
  const find = (taskId: string): TaskState => {
    const task = tasks.get(taskId)
    if (!task) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Task not found')
    return task
  }
  server.setRequestHandler('tasks/get', { params }, ({ taskId }) => {
    polls.set(taskId, (polls.get(taskId) ?? 0) + 1)
    const now = new Date().toISOString()
    return { taskId, createdAt: now, lastUpdatedAt: now, ttlMs: null, pollIntervalMs: 50, ...find(taskId) }
  })
  server.setRequestHandler('tasks/update', { params }, ({ taskId }, { mcpReq }) => {
    find(taskId)
    updates.push({ taskId, inputResponses: mcpReq.inputResponses })
    return {}
  })
  server.setRequestHandler('tasks/cancel', { params }, ({ taskId }) => {
    find(taskId).status = 'cancelled'
    return {}
  })
}
serveTasks.capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
