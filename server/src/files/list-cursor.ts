import type { Id } from '@holdfast/shared'
import { z } from 'zod'
import { badField } from '../platform/refusal.ts'

/** The last item of a page of a list that is sorted by time, then by id. */
export interface ListCursor {
  readonly createdAt: string
  readonly id: Id
}

/** Postgres has no year 0. */
const timeSchema = z.iso.datetime().refine((time) => !time.startsWith('0000'))
const cursorSchema = z.tuple([timeSchema, z.guid()])

/** @throws Refusal BAD_REQUEST */
export function parseListCursor(cursor: string | null | undefined): ListCursor | null {
  if (cursor === null || cursor === undefined) return null
  const parsed = cursorSchema.safeParse(cursor.split('_'))
  if (!parsed.success) throw badField('cursor', 'must be a cursor that this server gave')
  const [createdAt, id] = parsed.data
  return { createdAt, id }
}

export function listCursorToText({ createdAt, id }: { readonly createdAt: Date; readonly id: Id }): string {
  return `${createdAt.toISOString()}_${id}`
}
