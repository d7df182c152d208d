import { z } from 'zod'

/** Any UUID in its canonical form. The server generates UUIDv7; clients may send any version. Order never depends on an id. */
export const uuidSchema = z.guid().transform((value) => value.toLowerCase())
/** The id of a user, a conversation, or anything in it. */
export type Id = string
