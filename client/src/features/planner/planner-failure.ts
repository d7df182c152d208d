import type { Text } from '../../i18n/use-text.ts'
import { errorToFailure } from '../../transport/failure.ts'

/** Why something that was done to plans does not hold. */
export function plannerFailureToText(error: unknown, text: Text): string {
  const { kind, message, issues } = errorToFailure(error)
  return kind === 'refused' ? text('planner.refused', { reason: issues[0]?.message ?? message }) : text('failed.unreachable')
}
