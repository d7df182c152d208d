import { z } from 'zod'

const limit = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable()

/** What one person may use. Null is no limit. Days and months are those of UTC. */
export const limitsSchema = z.object({
  messagesPerMinute: limit,
  /** Answers that are written at the same time. */
  concurrentGenerations: limit,
  /** Of questions and answers together. */
  tokensPerDay: limit,
  /** Millionths of a dollar. */
  microUsdPerMonth: limit,
  /** All files together. */
  bytesStored: limit,
  /** Calls to a model within one answer. */
  stepsPerAnswer: limit,
})
export type Limits = z.infer<typeof limitsSchema>

export const noLimits: Limits = {
  messagesPerMinute: null,
  concurrentGenerations: null,
  tokensPerDay: null,
  microUsdPerMonth: null,
  bytesStored: null,
  stepsPerAnswer: null,
}
