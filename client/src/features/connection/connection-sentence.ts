import type { TextId } from '../../i18n/english.ts'
import type { TextValues } from '../../i18n/use-text.ts'
import type { ConnectionState } from '../../transport/connection.ts'

export interface Sentence {
  readonly id: TextId
  readonly values: TextValues
}

/**
 * What happened to the connection, what is safe, and when it is tried again; null when there is nothing to say. Whether the server
 * still works cannot be known from here, so nothing is said about it. `seconds`: until the next try, null while one is made.
 */
export function connectionToSentence(
  status: ConnectionState['status'],
  known: { readonly isAnswerRunning: boolean; readonly seconds: number | null },
): Sentence | null {
  if (status === 'live' || status === 'connecting') return null
  if (status === 'offline') {
    return { id: known.isAnswerRunning ? 'connection.offline.running' : 'connection.offline.idle', values: {} }
  }
  const isTrying = known.seconds === null || known.seconds === 0
  const values = { seconds: known.seconds ?? 0 }
  if (known.isAnswerRunning) return { id: isTrying ? 'connection.lost.running.now' : 'connection.lost.running', values }
  return { id: isTrying ? 'connection.lost.now' : 'connection.lost', values }
}
