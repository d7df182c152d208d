import { z } from 'zod'

/** Any UUID in its canonical form. Ids that the server makes are UUIDv7; clients may send any version. Order never depends on an id. */
export const uuidSchema = z.guid().transform((value) => value.toLowerCase())
/** A conversation's, message's, generation's, call's or user's id. */
export type Id = string
