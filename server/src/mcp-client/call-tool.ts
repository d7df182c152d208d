import { isInputRequiredResult, type CallToolResult } from '@modelcontextprotocol/client'
import type { OutsideOptions, OutsideOutcome, RemoteCall } from '../tools/tool-runner.ts'
import { cancelTask, followTask, type SendTaskRequest } from './follow-task.ts'
import type { McpTool } from './mcp-catalogue.ts'
import { mendCallResult, taskMetaKey } from './mend-message.ts'
import { startCall, type CallResult, type OngoingCall } from './ongoing-call.ts'
import type { OpenMcpClient } from './open-mcp-client.ts'
import { resultToOutcome } from './result-to-outcome.ts'
import { addressKey, errorToForms, requestsToForms } from './tool-forms.ts'

/** Where the key of a call travels: in `_meta` of `tools/call`, under the name that other programs use, too. */
export const idempotencyMetaKey = 'idempotencyKey'
/** The SDK's own limit is set aside: a call has to wait while a person is asked. The longest that a timer takes, about 24 days. */
const sdkTimeoutMs = 2 ** 31 - 1

/** One call of a tool and what it needs. */
export interface ToolCallRequest extends OutsideOptions {
  readonly tool: McpTool
  readonly args: Readonly<Record<string, unknown>>
  readonly key: string
  readonly remote: RemoteCall
  readonly signal: AbortSignal
}

export interface CallDeps {
  readonly server: string
  readonly timeoutMs: number
  /** Calls that are open while a person is asked, by their keys. */
  readonly held: Map<string, OngoingCall>
  readonly connect: () => Promise<OpenMcpClient>
  readonly send: SendTaskRequest
}

/**
 * Begins a call, or goes on with one: with answers for a server that had asked a question, or with a task that it works on.
 * @throws what the connection throws, the reason of the signal, and what `onTask` rejects with
 */
export async function callTool(deps: CallDeps, call: ToolCallRequest): Promise<OutsideOutcome> {
  const { server, held } = deps
  const { remote, key, signal, keepFile } = call
  if (remote.taskId !== undefined) return followCall(deps, call, { ...remote, taskId: remote.taskId })
  const declined = Object.entries(remote.answers ?? {}).some(
    ([of, { action }]) => of.startsWith(addressKey) && action === 'decline',
  )
  if (declined) return { error: `The person did not open the address that ${server} needs for this call.` }
  const known = held.get(key)
  if (remote.held && !known) return { unknown: `The connection to ${server} ended while its question waited for an answer.` }
  const ongoing = known ?? begin(deps, call, await deps.connect())
  ongoing.give(remote.answers ?? {})
  const turn = await ongoing.next(signal)
  if ('question' in turn) {
    held.set(key, ongoing)
    const { key: questionKey, form } = turn.question
    return { asks: { ...remote, held: true, questions: { [questionKey]: form } } }
  }
  held.delete(key)
  if ('thrown' in turn) {
    // The server has done nothing yet: the same call is made again once the person was there.
    const addresses = errorToForms(turn.thrown)
    if (addresses === null) throw turn.thrown
    return { asks: { round: remote.round, questions: addresses } }
  }
  const { result } = turn
  if (isInputRequiredResult(result)) {
    const questions = requestsToForms(result.inputRequests)
    if (questions === null) {
      return { error: `The server ${server} asks for more than this program can give it. The call was not finished.` }
    }
    const { requestState } = result
    return { asks: { round: remote.round + 1, ...(requestState !== undefined && { requestState }), questions } }
  }
  const taskId = result._meta?.[taskMetaKey]
  if (typeof taskId !== 'string') return resultToOutcome(result, keepFile)
  const task = { round: remote.round, taskId }
  await call.onTask?.(task)
  return followCall(deps, call, task)
}

function begin(deps: CallDeps, call: ToolCallRequest, opened: OpenMcpClient): OngoingCall {
  const { tool, args, key, remote } = call
  const params = {
    name: tool.definition.name,
    arguments: { ...args },
    _meta: { [idempotencyMetaKey]: key },
    // A request that was interrupted and is made again keeps the answers for its questions; the newer protocol sends them along.
    ...(remote.round > 0 && { inputResponses: { ...remote.answers } }),
    ...(remote.requestState !== undefined && { requestState: remote.requestState }),
  }
  return startCall(
    ({ ask, signal, onProgress }) =>
      opened.useAsking(ask, async (client): Promise<CallResult> =>
        client.callTool(params, {
          timeout: sdkTimeoutMs,
          signal,
          toolDefinition: tool.definition,
          allowInputRequired: true,
          onprogress: (progress) => {
            onProgress()
            call.onProgress?.(progress)
          },
        }),
      ),
    deps.timeoutMs,
  )
}

async function followCall(
  { server, send }: CallDeps,
  { signal, keepFile, isCancelled, onProgress }: ToolCallRequest,
  task: RemoteCall & { readonly taskId: string },
): Promise<OutsideOutcome> {
  const { taskId, answers = {} } = task
  try {
    const end = await followTask(send, { server, taskId, answers, signal, ...(onProgress && { onProgress }) })
    if ('result' in end) return await resultToOutcome(mendCallResult(end.result) as CallToolResult, keepFile)
    return 'questions' in end ? { asks: { ...task, questions: end.questions } } : end
  } catch (error) {
    if (signal.aborted && isCancelled?.()) await cancelTask(send, taskId)
    throw error
  }
}
