import { z } from 'zod'

/** The length limit of a user's message in code points, unless `MESSAGE_MAX_CHARACTERS` sets another: `system.info` says which one applies. */
export const defaultContentLength = 10_000
/** The highest limit that a server can have. */
export const maxContentLength = 1_000_000

/** The length of a text in code points, as Postgres' `char_length` and all limits of the contract count. */
export function codePointLength(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

// White space, controls, format characters (zero-width space and joiners, soft hyphen, direction marks), default ignorable code points
// (fillers, selectors, tags), and the Braille cell without dots: a text of only these would look like an empty message.
const invisibleOnly = /^[\s\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Whether a text shows nothing visible. */
export function isBlank(text: string): boolean {
  return invisibleOnly.test(text)
}

/**
 * Text that a user wrote: well-formed Unicode without NUL, at most `max` code points.
 * Text from a model is not validated: it is stored as received.
 */
export function userTextSchema(max: number) {
  return z
    .string()
    .refine((text) => !text.includes('\u0000'), { error: 'must not contain a NUL character', abort: true })
    .refine((text) => text.isWellFormed(), { error: 'must not contain a lone surrogate', abort: true })
    .refine((text) => text.length <= max || codePointLength(text) <= max, {
      error: `must have at most ${max} characters`,
      abort: true,
    })
    .meta({ description: `at most ${max} characters` })
}

/** As {@link userTextSchema}, and not blank. */
export function visibleTextSchema(max: number) {
  return userTextSchema(max)
    .refine((text) => !isBlank(text), { error: 'must not be blank' })
    .meta({ description: `1 to ${max} characters` })
}

/** The beginning of a text in one line, at most `max` code points, cut at a word boundary if there is one in the second half. */
export function firstWords(text: string, max: number): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  const points = [...line]
  if (points.length <= max) return line
  const head = points.slice(0, max - 1).join('')
  const lastSpace = head.lastIndexOf(' ')
  return `${(lastSpace > head.length / 2 ? head.slice(0, lastSpace) : head).trimEnd()}…`
}
