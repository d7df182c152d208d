import type { Text } from '../../../i18n/use-text.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'

/** Why a change to plans failed. */
export function plannerFailureToText(error: unknown, text: Text): string {
  const { kind, message, issues } = errorToFailure(error)
  return kind === 'refused' ? text('planner.rejected', { reason: issues[0]?.message ?? message }) : text('failed.unreachable')
}
