import type { Text } from '../i18n/use-text.ts'
import { errorToFailure } from '../sdk/transport/failure.ts'

/** Why an action failed, for a person: the reason of the server, or that it did not answer. */
export function errorToSentence(error: unknown, text: Text): string {
  const { kind, message } = errorToFailure(error)
  return kind === 'refused' ? message : text('failed.unreachable')
}

/** The same below a form: the reason names what is wrong with the first field that is. */
export function errorToFieldSentence(error: unknown, text: Text): string {
  const { kind, issues } = errorToFailure(error)
  const [issue] = kind === 'refused' ? issues : []
  return issue?.message ?? errorToSentence(error, text)
}
