import type { TextId } from '../../i18n/english/index.ts'
import type { TextValues } from '../../i18n/use-text.ts'
import type { ConnectionState } from '../../sdk/transport/connection.ts'

export interface Sentence {
  readonly id: TextId
  readonly values: TextValues
}

/**
 * A sentence about the state of the connection, what is safe, and the next retry; null when there is nothing to say. The client
 * cannot know whether the server still works, so the sentence does not mention it. `seconds`: until the next retry, null during one.
 */
export function connectionToSentence(
  status: ConnectionState['status'],
  known: { readonly isAnswerRunning: boolean; readonly seconds: number | null },
): Sentence | null {
  if (status === 'live' || status === 'connecting') return null
  if (status === 'blocked') return { id: 'connection.blocked.about', values: {} }
  if (status === 'offline') {
    return { id: known.isAnswerRunning ? 'connection.offline.running' : 'connection.offline.idle', values: {} }
  }
  const isTrying = known.seconds === null || known.seconds === 0
  const values = { seconds: known.seconds ?? 0 }
  if (known.isAnswerRunning) return { id: isTrying ? 'connection.lost.running.now' : 'connection.lost.running', values }
  return { id: isTrying ? 'connection.lost.now' : 'connection.lost', values }
}
