import {
  maxCategoryLength,
  maxPlannerDescriptionLength,
  maxPlannerQueryLength,
  maxPlannerTitleLength,
  userTextSchema,
  uuidSchema,
  visibleTextSchema,
  type Id,
} from '@holdfast/shared'
import { z } from 'zod'
import { badField, notFound } from '../../platform/refusal.ts'
import { parseDate } from './parse-date.ts'
import type { OwnToolContext } from '../../tools/tool-context.ts'

export const titleArgument = visibleTextSchema(maxPlannerTitleLength).trim()
export const descriptionArgument = userTextSchema(maxPlannerDescriptionLength)
export const categoryArgument = visibleTextSchema(maxCategoryLength).trim()
export const searchArgument = userTextSchema(maxPlannerQueryLength)
export const dateArgument = z.string().max(200)
/** Any text: one that is not an id is answered like an unknown id. */
export const idArgument = z.string().min(1).max(200)
export const completionArgument = z.enum(['all', 'pending', 'completed'])

export const dateRule =
  'as YYYY-MM-DD, or in the words of the user ("next Friday", "in 3 days"), which are read in their time zone. The result says which day it was taken for.'

/** Null counts as absent, so an update removes a value with this word. */
const none = 'none'
export const noneRule = `"${none}" removes it.`

/** @throws Refusal NOT_FOUND */
export function toId(what: 'Goal' | 'Milestone' | 'Task', text: string): Id {
  const parsed = uuidSchema.safeParse(text.trim())
  if (!parsed.success) throw notFound(what)
  return parsed.data
}

/** Undefined stays undefined. @throws Refusal NOT_FOUND */
export function toOptionalId(what: 'Goal' | 'Milestone', text: string | undefined): Id | undefined {
  return text === undefined ? undefined : toId(what, text)
}

/** A date or a phrase as `YYYY-MM-DD`; undefined stays undefined. @throws Refusal BAD_REQUEST with the argument's name */
export function toDate(context: OwnToolContext, path: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const parsed = parseDate(text, context)
  if (!parsed.ok) throw badField(path, parsed.message)
  return parsed.date
}

/** Null for the word that removes a value, otherwise the result of `read`. */
export function orNone<Value>(text: string | undefined, read: (text: string) => Value): Value | null | undefined {
  if (text === undefined) return undefined
  return text.trim().toLowerCase() === none ? null : read(text)
}

/** Checks that at least one change is given. @throws Refusal BAD_REQUEST */
export function toGivenChanges<Changes extends object>(changes: Changes): Changes {
  if (Object.values(changes).every((value) => value === undefined)) throw badField('', 'say what to change')
  return changes
}

/** A date as part of an approval question; empty without one. */
export function describeDate(word: string, date: string | null | undefined): string {
  return date ? `, ${word} ${date}` : ''
}
