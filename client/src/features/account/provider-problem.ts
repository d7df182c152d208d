import type { Text } from '../../i18n/use-text.ts'

const sentences = {
  account_not_linked: 'account.provider.not-linked',
  account_already_linked_to_different_user: 'account.provider.of-another',
  email_not_found: 'account.provider.no-email',
  access_denied: 'account.provider.denied',
  ACCOUNT_PENDING: 'account.pending.about',
  ACCOUNT_DISABLED: 'account.provider.disabled',
  SIGN_UP_CLOSED: 'account.sign-up.closed',
  SET_UP_NEEDED: 'entry.not-set-up.about',
} as const

/** Says what the code means with which a provider's sign-in came back. The address may be anyone's: nothing of it is shown. */
export function providerProblem(text: Text, code: string): string {
  const key = Object.hasOwn(sentences, code) ? sentences[code as keyof typeof sentences] : 'account.provider.failed'
  return text(key)
}
