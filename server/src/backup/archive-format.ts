import { z } from 'zod'

/**
 * A backup is a tar file, so that any tool can look into it. In this order:
 * - `backup.json`: what this is, for a second run that continues an unfinished one
 * - `files/<key>`: the files of users as the storage keeps them
 * - `database/schema.json`: the migration, and the tables with their columns
 * - `database/<table>/<number>.ndjson.gz`: rows, each an array of the columns as Postgres writes them as text, or null
 * - `secrets/auth-secret`: the secret of the server, if it is a file of its own
 * - `manifest.json`: the sizes and SHA-256 of all of them. Without it the file is not a whole backup.
 */
export const entryNames = {
  opening: 'backup.json',
  files: 'files/',
  schema: 'database/schema.json',
  tables: 'database/',
  secret: 'secrets/auth-secret',
  manifest: 'manifest.json',
} as const

export const formatVersion = 1

const whole = z.number().int().nonnegative()

export const openingSchema = z.object({
  format: z.literal('holdfast-backup'),
  formatVersion: z.number().int(),
  /** A hash of where the data is: a backup of another server is not continued. */
  source: z.string(),
})

export const schemaEntrySchema = z.object({
  /** The number of the newest migration of the database. */
  migration: whole,
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
})
export type SchemaEntry = z.output<typeof schemaEntrySchema>

const entrySchema = z.object({ name: z.string(), bytes: whole, sha256: z.string() })
export type ArchiveEntry = z.output<typeof entrySchema>

export const manifestSchema = z.object({
  format: z.literal('holdfast-backup'),
  formatVersion: z.number().int(),
  /** The version of the program that made it. */
  holdfast: z.string(),
  createdAt: z.string(),
  database: z.enum(['pglite', 'postgres']),
  migration: whole,
  /** Rows of each table. */
  rows: z.record(z.string(), whole),
  files: whole,
  fileBytes: whole,
  /** Keys of files whose bytes the storage did not have. */
  missing: z.array(z.string()),
  hasSecret: z.boolean(),
  entries: z.array(entrySchema),
})
export type Manifest = z.output<typeof manifestSchema>
