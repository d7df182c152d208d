import { SdkError, SdkErrorCode, type CallToolResult, type InputRequiredResult } from '@modelcontextprotocol/client'
import type { ToolForm } from '@holdfast/shared'
import type { ToolAnswer } from '../tools/tool-runner.ts'
import { formToKey } from './tool-forms.ts'

/** Puts a question of the server to a person, while its call goes on. */
export type Ask = (form: ToolForm) => Promise<ToolAnswer>

export type CallResult = CallToolResult | InputRequiredResult

export type Turn =
  | { readonly result: CallResult }
  | { readonly thrown: unknown }
  | { readonly question: { readonly key: string; readonly form: ToolForm } }

/** A call whose request is open. In the older version of the protocol its server may ask a question in the middle of it. */
export interface OngoingCall {
  /** Its end, or the next question. Ends with `signal`. */
  readonly next: (signal: AbortSignal) => Promise<Turn>
  /** Answers by the keys of questions. One that comes before its question is kept for it, and used once. */
  readonly give: (answers: Readonly<Record<string, ToolAnswer>>) => void
  readonly abort: (reason: unknown) => void
}

/** Starts a call. It has `timeoutMs`, from the last sign of progress on, and does not have to hurry while a person is asked. */
export function startCall(
  work: (call: { ask: Ask; signal: AbortSignal; onProgress: () => void }) => Promise<CallResult>,
  timeoutMs: number,
): OngoingCall {
  const abort = new AbortController()
  const turns: Turn[] = []
  let arrived = Promise.withResolvers<void>()
  const open = new Map<string, PromiseWithResolvers<ToolAnswer>>()
  const kept = new Map<string, ToolAnswer>()
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const arm = () => {
    clearTimeout(timer)
    if (isOver || open.size > 0) return
    const late = () => abort.abort(new SdkError(SdkErrorCode.RequestTimeout, 'the call took too long'))
    timer = setTimeout(late, timeoutMs)
  }
  const push = (turn: Turn) => {
    turns.push(turn)
    arrived.resolve()
  }
  const ask: Ask = (form) => {
    const key = formToKey(form)
    const given = kept.get(key)
    kept.delete(key)
    if (given) return Promise.resolve(given)
    const answer = open.get(key) ?? Promise.withResolvers<ToolAnswer>()
    open.set(key, answer)
    arm()
    push({ question: { key, form } })
    return answer.promise
  }
  const end = (turn: Turn) => {
    isOver = true
    clearTimeout(timer)
    push(turn)
  }
  arm()
  work({ ask, signal: abort.signal, onProgress: arm }).then(
    (result) => end({ result }),
    (thrown: unknown) => end({ thrown }),
  )
  return {
    next: async (signal) => {
      const onAbort = () => abort.abort(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      try {
        for (;;) {
          const turn = turns.shift()
          if (turn) return turn
          arrived = Promise.withResolvers()
          await arrived.promise
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
    give: (answers) => {
      for (const [key, answer] of Object.entries(answers)) {
        const waiting = open.get(key)
        if (waiting) waiting.resolve(answer)
        else kept.set(key, answer)
        open.delete(key)
      }
      arm()
    },
    abort: (reason) => abort.abort(reason),
  }
}
