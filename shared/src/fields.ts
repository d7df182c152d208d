import { z } from 'zod'
import { visibleTextSchema } from './text.ts'

// Fields that the inputs of several procedures share. They are no shapes of their own, so index.ts does not export them: the contract
// hash covers them where they are used.

/** The name of a model, as `models.list` gives it. */
export const maxModelLength = 200
export const modelName = visibleTextSchema(maxModelLength)

/** Minutes east of UTC where the user is: what "tomorrow" means to the tools, and where a day begins. */
export const utcOffsetMinutes = z.number().int().min(-840).max(840)

/**
 * The IANA time zone where the user is, such as `Europe/Berlin`. Days are cut by it where it is given: an offset alone is wrong for the
 * days before the last change of the clocks.
 */
export const timeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/u, 'must be an IANA time zone')

/** A cursor that only the server reads. */
export const opaqueCursor = z.string().max(200).nullish()

/** tRPC's infinite queries add it to every page; pages go one way only. */
export const pageDirection = z.literal('forward').optional()

/** A position in a conversation's log, as a decimal string. */
export const logCursorPattern = /^\d{1,15}$/u

/** The `cursor` of the following page; null on the last one. */
export const nextCursor = z.string().nullable()
