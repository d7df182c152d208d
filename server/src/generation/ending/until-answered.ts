import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../../platform/logger.ts'
import { Refusal } from '../../platform/refusal.ts'
import { LeaseLostError } from '../store/lease-lost-error.ts'

const endRetryDelaysMs = [50, 200, 500, 1_000]
const longestEndRetryDelayMs = 2_000
/** The end of an answer that fails so often fails for a reason of its own, which is not the database being away. */
const maxEndTries = 300

/**
 * Retries the end of an answer while the database is unavailable, with the same patience as its text: the answer is finished and only
 * has to be written. A repeat after an unknown commit finds the generation ended and throws `LeaseLostError`: the first try was written.
 */
export async function untilAnswered<Result>(
  logger: Logger,
  run: { readonly stopped: () => string | null },
  write: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write()
    } catch (error) {
      if (error instanceof LeaseLostError || error instanceof Refusal) throw error
      if (run.stopped() === 'shutdown' || tries >= maxEndTries) throw error
      logger.warn({ event: 'end-failed', tries, err: error }, 'writing the end of an answer failed, trying again')
      await sleep(endRetryDelaysMs[tries - 1] ?? longestEndRetryDelayMs)
    }
  }
}
