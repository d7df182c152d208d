import { setTimeout as sleep } from 'node:timers/promises'
import { ProtocolError } from '@modelcontextprotocol/client'
import { z } from 'zod'
import type { ToolForm, ToolProgress } from '@holdfast/shared'
import type { ToolAnswer } from '../tools/tool-runner.ts'
import { requestsToForms } from './tool-forms.ts'

/** The name of the protocol's extension for tasks, in the capabilities of both sides (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

const usualPollMs = 1_000
const shortestPollMs = 50
const longestPollMs = 30_000
/** A server that cannot be reached for longer is asked no more: nobody knows what became of the task. */
const maxSilenceMs = 10 * 60_000
const requestMs = 20_000
/** What a server answers about a task that it does not know: `Invalid params`. */
const invalidParams = -32_602

const taskSchema = z.looseObject({
  status: z.enum(['working', 'input_required', 'completed', 'failed', 'cancelled']),
  statusMessage: z.string().optional(),
  pollIntervalMs: z.number().optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  inputRequests: z.unknown().optional(),
})

/** How a task stands when there is nothing more to wait for. `result` is that of the call, as the server sent it. */
export type TaskEnd =
  | { readonly result: unknown }
  | { readonly error: string }
  | { readonly unknown: string }
  | { readonly questions: Readonly<Record<string, ToolForm>> }

export type SendTaskRequest = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) => Promise<Readonly<Record<string, unknown>>>

/**
 * Asks a server for the outcome of a task, at the pace that it names, until the task has ended or needs answers that are not there. A
 * server that is away for a while is asked again. @throws the signal's reason when it aborts
 */
export async function followTask(
  send: SendTaskRequest,
  task: {
    readonly server: string
    readonly taskId: string
    readonly answers: Readonly<Record<string, ToolAnswer>>
    readonly signal: AbortSignal
    readonly onProgress?: (progress: ToolProgress) => void
  },
): Promise<TaskEnd> {
  const { server, taskId, answers, signal, onProgress } = task
  const given = new Set<string>()
  const giveAnswers = async (keys: readonly string[]) => {
    if (keys.length === 0) return
    const inputResponses = Object.fromEntries(keys.map((key) => [key, answers[key]]))
    await send('tasks/update', { taskId, inputResponses }, { signal, timeoutMs: requestMs })
    for (const key of keys) given.add(key)
  }
  let silentSince: number | null = null
  for (;;) {
    let pollMs = usualPollMs
    try {
      const { status, ...state } = taskSchema.parse(await send('tasks/get', { taskId }, { signal, timeoutMs: requestMs }))
      silentSince = null
      pollMs = Math.min(longestPollMs, Math.max(shortestPollMs, state.pollIntervalMs ?? usualPollMs))
      if (status === 'completed') return { result: state.result }
      if (status === 'failed') return { error: state.error?.message ?? state.statusMessage ?? 'the task has failed' }
      if (status === 'cancelled') return { error: `${server} has cancelled the task.` }
      if (status === 'input_required') {
        const forms = requestsToForms(state.inputRequests)
        if (forms === null) {
          await cancelTask(send, taskId)
          return { error: `The server ${server} asks for more than this program can give it. The task was cancelled.` }
        }
        const missing = Object.entries(forms).filter(([key]) => !Object.hasOwn(answers, key))
        if (missing.length > 0) return { questions: Object.fromEntries(missing) }
        await giveAnswers(Object.keys(forms).filter((key) => !given.has(key)))
      } else if (state.statusMessage !== undefined) {
        onProgress?.({ progress: 0, message: state.statusMessage })
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof z.ZodError) return { unknown: `${server} does not say how the task stands.` }
      if (error instanceof ProtocolError && error.code === invalidParams) {
        return { unknown: `${server} does not know the task any more.` }
      }
      silentSince ??= performance.now()
      if (performance.now() - silentSince > maxSilenceMs) {
        return { unknown: `${server} cannot be reached, and does not say how the task stands.` }
      }
    }
    await sleep(pollMs, undefined, { signal })
  }
}

/** Asks for the end of a task that nobody waits for any more. Resolves also when the server cannot be reached. */
export async function cancelTask(send: SendTaskRequest, taskId: string): Promise<void> {
  try {
    await send('tasks/cancel', { taskId }, { signal: new AbortController().signal, timeoutMs: requestMs })
  } catch {
    // Cancelling is a request that a server may refuse; the task ends by itself, too.
  }
}
