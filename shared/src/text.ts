import { z } from 'zod'

/** What a person may write in one message, in code points (CONTRACT: 1..10 000). */
export const maxContentLength = 10_000

/** The length of a text in code points: what Postgres' `char_length` and every limit of the contract count. */
export function codePointLength(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

// White space, controls, format characters (zero-width space and joiners, soft hyphen, direction marks), what Unicode calls default
// ignorable (fillers, selectors, tags), and the Braille cell without dots: a text of only these shows an empty message.
const invisibleOnly = /^[\s\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** True for a text in which a reader would see nothing. */
export function isBlank(text: string): boolean {
  return invisibleOnly.test(text)
}

/**
 * Text that a person wrote: well-formed Unicode without NUL, at most `max` code points.
 * Text from a model never passes through here: it is kept as it came.
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

/** As {@link userTextSchema}, and something in it can be seen. */
export function visibleTextSchema(max: number) {
  return userTextSchema(max)
    .refine((text) => !isBlank(text), { error: 'must not be blank' })
    .meta({ description: `1 to ${max} characters` })
}

/** The first words of a text in one line, at most `max` code points, cut at a word where one ends in the second half. */
export function firstWords(text: string, max: number): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  const points = [...line]
  if (points.length <= max) return line
  const head = points.slice(0, max - 1).join('')
  const lastSpace = head.lastIndexOf(' ')
  return `${(lastSpace > head.length / 2 ? head.slice(0, lastSpace) : head).trimEnd()}…`
}
