import type { Text } from '../../i18n/use-text.ts'
import { AuthRefusal } from './auth-api.ts'

const sentences = {
  INVALID_CODE: 'account.two-step.wrong-code',
  INVALID_BACKUP_CODE: 'account.two-step.wrong-recovery-code',
  INVALID_PASSWORD: 'account.two-step.wrong-password',
  INVALID_TWO_FACTOR_COOKIE: 'account.two-step.start-again',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'account.two-step.start-again',
  ACCOUNT_TEMPORARILY_LOCKED: 'account.two-step.locked',
} as const

/** Why a code, or the password that guards the codes, was refused. */
export function codeProblem(text: Text, error: unknown): string {
  if (!(error instanceof AuthRefusal)) return text('failed.unreachable')
  const { code } = error
  return code !== null && Object.hasOwn(sentences, code) ? text(sentences[code as keyof typeof sentences]) : error.message
}
