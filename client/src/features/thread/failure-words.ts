import type { MessageError } from '@holdfast/shared'
import type { TextId } from '../../i18n/english.ts'
import type { Text } from '../../i18n/use-text.ts'

/** Where the fault lies, and so who can do something about it. */
export type Fault = 'network' | 'provider' | 'settings' | 'request' | 'ours'

interface FailureKind {
  readonly fault: Fault
  readonly title: TextId
  /** Null: what the server says is more exact than what can be said here. */
  readonly advice: TextId | null
}

/** Every code that the server writes to an answer. */
export const failureKinds: Readonly<Record<string, FailureKind>> = {
  'provider-unreachable': { fault: 'network', title: 'failure.provider-unreachable', advice: null },
  'connection-lost': { fault: 'network', title: 'failure.connection-lost', advice: 'failure.advice.network' },
  'provider-timeout': { fault: 'provider', title: 'failure.provider-timeout', advice: 'failure.advice.later' },
  'provider-error': { fault: 'provider', title: 'failure.provider-error', advice: 'failure.advice.later' },
  'provider-overloaded': { fault: 'provider', title: 'failure.provider-overloaded', advice: 'failure.advice.later' },
  'provider-rate-limited': { fault: 'provider', title: 'failure.provider-rate-limited', advice: 'failure.advice.wait' },
  'provider-truncated': { fault: 'provider', title: 'failure.provider-truncated', advice: 'failure.advice.later' },
  'provider-empty': { fault: 'provider', title: 'failure.provider-empty', advice: 'failure.advice.later' },
  'provider-malformed': { fault: 'provider', title: 'failure.provider-malformed', advice: 'failure.advice.later' },
  'provider-quota': { fault: 'settings', title: 'failure.provider-quota', advice: 'failure.advice.quota' },
  'provider-unauthorized': { fault: 'settings', title: 'failure.provider-unauthorized', advice: 'failure.advice.key' },
  'provider-not-a-stream': { fault: 'settings', title: 'failure.provider-not-a-stream', advice: 'failure.advice.address' },
  'provider-wrong-address': { fault: 'settings', title: 'failure.provider-wrong-address', advice: 'failure.advice.address' },
  'model-not-found': { fault: 'settings', title: 'failure.model-not-found', advice: 'failure.advice.model' },
  'provider-rejected': { fault: 'request', title: 'failure.provider-rejected', advice: 'failure.advice.rejected' },
  'context-overflow': { fault: 'request', title: 'failure.context-overflow', advice: 'failure.advice.overflow' },
  'content-filter': { fault: 'request', title: 'failure.content-filter', advice: 'failure.advice.filter' },
  'internal-error': { fault: 'ours', title: 'failure.internal-error', advice: 'failure.advice.ours' },
  interrupted: { fault: 'ours', title: 'failure.interrupted', advice: null },
  'tool-outcome-unknown': { fault: 'ours', title: 'failure.tool-outcome-unknown', advice: 'failure.advice.check' },
}

export interface FailureWords {
  readonly fault: Fault
  readonly title: string
  /** What to do about it; null when there is nothing more to say. */
  readonly advice: string | null
}

/** What went wrong, and what to do, for a person. A code of a newer server is said in the server's own words. */
export function errorToWords(error: MessageError | null, text: Text): FailureWords {
  const kind = failureKinds[error?.code ?? '']
  if (!error || !kind) return { fault: 'ours', title: toSentence(error?.message ?? text('failure.unknown')), advice: null }
  const title = failureToTitle(error.code, { provider: error.provider, tries: error.tries }, text) ?? ''
  const isOwn = error.code === 'interrupted'
  return { fault: kind.fault, title, advice: kind.advice ? text(kind.advice) : isOwn ? null : toSentence(error.message) }
}

/** What went wrong in one sentence; null for a code that is not known here. */
export function failureToTitle(
  code: string,
  { provider, tries = 1 }: { readonly provider?: string | undefined; readonly tries?: number | undefined },
  text: Text,
): string | null {
  const kind = failureKinds[code]
  return kind ? text(kind.title, { provider: provider ?? text('failure.the-provider'), tries }) : null
}

function toSentence(message: string): string {
  return message === '' || /[.!?…]$/u.test(message) ? message : `${message}.`
}
