import { z } from 'zod'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '@holdfast/shared'
import type { OutsideOutcome, ProbedOutcome } from '../tools/tool-runner.ts'

/** The answer of a tool that says what became of a call. */
const checkSchema = z.looseObject({
  status: z.enum(['done', 'failed', 'not-done', 'running', 'unknown']),
  /** With `done`: the result of the call. */
  result: z.custom<Json>().optional(),
  /** With `failed`. */
  error: z.string().optional(),
})

const pauseMs = 1_000

/**
 * Asks until the call is no longer said to be running, for `patienceMs`. Anything that is no clear answer means that nobody can say.
 */
export async function probeCall(
  check: () => Promise<OutsideOutcome>,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<ProbedOutcome> {
  const endsAt = performance.now() + patienceMs
  for (;;) {
    const outcome = await check()
    const answer = checkSchema.safeParse('result' in outcome ? outcome.result : null)
    if (!answer.success) return null
    const { status, result = null, error = 'the tool failed and did not say why' } = answer.data
    if (status === 'done') return { result }
    if (status === 'failed') return { error }
    if (status === 'not-done') return 'not-done'
    if (status === 'unknown' || signal.aborted || performance.now() + pauseMs > endsAt) return null
    await sleep(pauseMs)
  }
}
