import type { Logger } from '../../platform/logger.ts'
import type { Models, ProviderRun } from '../../models/model.ts'

export interface CancelRunDeps {
  readonly models: Pick<Models, 'cancelRunOf'>
  readonly logger: Logger
}

const timeoutMs = 10_000

/** Ends a call that goes on at its provider although nobody reads it any more. Nothing waits for it: failing costs tokens, nothing else. */
export function cancelRun({ models, logger }: CancelRunDeps, { model, run }: { model: string; run: ProviderRun }): void {
  models.cancelRunOf(model, run, AbortSignal.timeout(timeoutMs)).catch((error: unknown) => {
    logger.warn({ event: 'run-not-cancelled', model, err: error }, 'a run at a provider could not be cancelled')
  })
}
