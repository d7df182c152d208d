import type { DemoMessage } from '../demo-request.ts'

/** A call that was made for the last user message, and what came back; `result` undefined: nothing that can be read. */
export interface MadeCall {
  readonly name: string
  readonly result: unknown
}

/** The calls since the last user message, in order. Providers keep nothing: everything is in the messages. */
export function readMadeCalls(messages: readonly DemoMessage[]): MadeCall[] {
  const since = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  const contentById = new Map(since.flatMap(({ callId, content }) => (callId === undefined ? [] : [[callId, content]])))
  return since.flatMap(({ calls }) => calls ?? []).map(({ id, name }) => ({ name, result: readJson(contentById.get(id) ?? '') }))
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The error, in the tool's own words. Null: there was none. */
export function readError(result: unknown): string | null {
  const { error } = (result ?? {}) as Record<string, unknown>
  return typeof error === 'string' ? error : null
}
