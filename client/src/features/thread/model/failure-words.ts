import type { MessageError } from '@holdfast/shared'
import type { TextId } from '../../../i18n/english/index.ts'
import type { Text } from '../../../i18n/use-text.ts'

/** The cause of a failure, which decides who can fix it. */
export type Fault = 'network' | 'provider' | 'settings' | 'request' | 'ours'

interface FailureKind {
  readonly fault: Fault
  readonly title: TextId
  /** Null: the server's message is more exact than any text here. */
  readonly advice: TextId | null
}

/** All error codes that the server sets on an answer. */
export const failureKinds: Readonly<Record<string, FailureKind>> = {
  'provider-unreachable': { fault: 'network', title: 'failure.provider-unreachable', advice: null },
  'connection-lost': { fault: 'network', title: 'failure.connection-lost', advice: 'failure.advice.network' },
  'provider-timeout': { fault: 'provider', title: 'failure.provider-timeout', advice: 'failure.advice.later' },
  'provider-error': { fault: 'provider', title: 'failure.provider-error', advice: 'failure.advice.later' },
  'provider-overloaded': { fault: 'provider', title: 'failure.provider-overloaded', advice: 'failure.advice.later' },
  'provider-rate-limited': { fault: 'provider', title: 'failure.provider-rate-limited', advice: 'failure.advice.wait' },
  'provider-limit-reached': { fault: 'provider', title: 'failure.provider-limit-reached', advice: null },
  'provider-truncated': { fault: 'provider', title: 'failure.provider-truncated', advice: 'failure.advice.later' },
  'provider-empty': { fault: 'provider', title: 'failure.provider-empty', advice: 'failure.advice.later' },
  'cut-before-answer': { fault: 'provider', title: 'failure.cut-before-answer', advice: 'failure.advice.other-model' },
  'only-thoughts': { fault: 'provider', title: 'failure.only-thoughts', advice: 'failure.advice.other-model' },
  'provider-malformed': { fault: 'provider', title: 'failure.provider-malformed', advice: 'failure.advice.later' },
  'provider-quota': { fault: 'settings', title: 'failure.provider-quota', advice: 'failure.advice.quota' },
  'provider-unauthorized': { fault: 'settings', title: 'failure.provider-unauthorized', advice: 'failure.advice.key' },
  'provider-not-a-stream': { fault: 'settings', title: 'failure.provider-not-a-stream', advice: 'failure.advice.address' },
  'provider-wrong-address': { fault: 'settings', title: 'failure.provider-wrong-address', advice: 'failure.advice.address' },
  'model-not-found': { fault: 'settings', title: 'failure.model-not-found', advice: 'failure.advice.model' },
  'provider-rejected': { fault: 'request', title: 'failure.provider-rejected', advice: 'failure.advice.rejected' },
  'provider-not-text': { fault: 'request', title: 'failure.provider-not-text', advice: 'failure.advice.model' },
  'context-overflow': { fault: 'request', title: 'failure.context-overflow', advice: 'failure.advice.overflow' },
  'content-filter': { fault: 'request', title: 'failure.content-filter', advice: 'failure.advice.filter' },
  'internal-error': { fault: 'ours', title: 'failure.internal-error', advice: 'failure.advice.bug' },
  interrupted: { fault: 'ours', title: 'failure.interrupted', advice: null },
  'tool-outcome-unknown': { fault: 'ours', title: 'failure.tool-outcome-unknown', advice: 'failure.advice.check' },
}

export interface FailureWords {
  readonly fault: Fault
  readonly title: string
  /** Advice for the user; null when there is none. */
  readonly advice: string | null
}

/** A readable description of an error, with advice. A code that only a newer server knows is shown with the server's message. */
export function errorToWords(error: MessageError | null, text: Text): FailureWords {
  const kind = failureKinds[error?.code ?? '']
  if (!error || !kind)
    return {
      fault: error?.code === 'budget-exceeded' ? 'request' : 'ours',
      title: toSentence(error?.message ?? text('failure.unknown')),
      advice: null,
    }
  const title = failureToTitle(error.code, { provider: error.provider, tries: error.tries }, text) ?? ''
  const isOwn = error.code === 'interrupted'
  return { fault: kind.fault, title, advice: kind.advice ? text(kind.advice) : isOwn ? null : toSentence(error.message) }
}

/** The error in one sentence; null for an unknown code. */
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
