import { setTimeout as sleep } from 'node:timers/promises'
import { ModelError } from '../../models/model-error.ts'

/** @throws ModelError `aborted` */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
    throw new ModelError('aborted', 'Stopped.', { retryable: false })
  }
}
