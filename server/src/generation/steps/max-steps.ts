import { effectiveLimits, type Person } from '../../limits/effective-limits.ts'
import type { Settings } from '../../settings/open-settings.ts'

/**
 * [X9] The model calls of one generation: the lower one of the limits of the person and of the server, else `STEPS_PER_ANSWER`. In the last
 * one the model has to answer; whatever it says, the answer ends there.
 */
export function toMaxSteps(
  { settings, config }: { readonly settings: Pick<Settings, 'current'>; readonly config: { readonly stepsPerAnswer: number } },
  person: Person,
): number {
  const { limits } = settings.current()
  const given = [effectiveLimits({ limits }, person).stepsPerAnswer, limits.server.stepsPerAnswer].filter(
    (limit) => limit !== null,
  )
  return Math.max(1, given.length === 0 ? config.stepsPerAnswer : Math.min(...given))
}
