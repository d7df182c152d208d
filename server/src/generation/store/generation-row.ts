import type { schema } from '@holdfast/drizzle'

export type GenerationRow = typeof schema.generations.$inferSelect
