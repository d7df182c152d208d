import type { Id } from '@holdfast/shared'
import { z } from 'zod'
import { badField } from '../platform/refusal.ts'

/** Messages are ranked in windows, the newest first. A page begins at an offset in one of these windows. */
export interface SearchCursor {
  /** The time in ms of the first page, so that all pages agree on what is recent. */
  readonly now: number
  /** The first message of the window; null: the newest. */
  readonly start: { readonly createdAt: string; readonly messageId: Id } | null
  readonly offset: number
}

const cursorSchema = z.tuple([
  z.string().regex(/^\d{1,14}$/u),
  z.iso.datetime().refine((time) => !time.startsWith('0000')),
  z.guid(),
  z.string().regex(/^\d{1,4}$/u),
])

/** @throws Refusal BAD_REQUEST */
export function parseSearchCursor(cursor: string | null | undefined, now: Date): SearchCursor {
  if (cursor === null || cursor === undefined) return { now: now.getTime(), start: null, offset: 0 }
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [at, createdAt, messageId, offset] = parsed.data
  return { now: Number(at), start: { createdAt, messageId }, offset: Number(offset) }
}

export function searchCursorToText(now: number, start: { createdAt: Date; messageId: Id }, offset: number): string {
  return [now, start.createdAt.toISOString(), start.messageId, offset].join('_')
}
