import type { Id } from '@holdfast/shared'
import * as z from 'zod/mini'

/**
 * - `recording`: the microphone is open in this tab.
 * - `waiting`: for its turn, or for the connection. It goes on by itself.
 * - `transcribing`: the server has it.
 * - `done`: its words are in the message box.
 * - `failed`: `error` says why; a person can try again.
 */
export type RecordingState = 'recording' | 'waiting' | 'transcribing' | 'done' | 'failed'

export interface Recording {
  readonly id: Id
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  readonly mediaType: string
  readonly state: RecordingState
  /** What was heard; null before. */
  readonly text: string | null
  readonly error: string | null
  /** False: it is in memory alone, because the browser forbids storage or has no room. */
  readonly isKept: boolean
}

const owned = { ownerId: z.string(), conversationId: z.nullable(z.string()), startedAt: z.number(), mediaType: z.string() }

/** A piece of a recording, as it is kept while the microphone is open. */
export const pieceSchema = z.object({ ...owned, endMs: z.number() })
export type Piece = z.infer<typeof pieceSchema>

/** A whole recording, as it is kept once the microphone is closed. */
export const wholeSchema = z.object({
  ...owned,
  durationMs: z.number(),
  text: z.nullable(z.string()),
  error: z.nullable(z.string()),
})
export type Whole = z.infer<typeof wholeSchema>
