import { z } from 'zod'
import type { OwnAuth } from '../auth/own-auth.ts'
import { executeRows, type Database } from '../platform/database/database.ts'
import type { Tool } from '../tools/tool.ts'
import { DefinitionError } from '../tools/tool-definition.ts'
import { createSql, type Sql } from '../tools/tool-sql.ts'
import { sql } from 'drizzle-orm'
import type { OwnProvider } from './define-provider.ts'
import { defineAuth } from './define-auth.ts'
import { checkDefinition, functionSchema } from './definition-error.ts'
import { defineProvider } from './define-provider.ts'

/** What a developer adds to a server. */
export interface Extension {
  /** Of `defineTool`. */
  readonly tools?: readonly Tool[] | undefined
  /** Of `defineProvider`. */
  readonly providers?: readonly OwnProvider[] | undefined
  /** Of `defineAuth`: people sign in there, and not here. */
  readonly auth?: OwnAuth | undefined
  /** Makes the tables of tools: at each start, in one transaction, on one node at a time. */
  readonly prepareDatabase?: ((context: { readonly sql: Sql }) => Promise<void>) | undefined
}

const isTool = (value: unknown) => typeof value === 'object' && value !== null && 'prepare' in value && 'parameters' in value
const schema = z.strictObject({
  tools: z.array(z.custom(isTool, 'must be what defineTool gives')).optional(),
  providers: z.array(z.unknown()).optional(),
  auth: z.unknown().optional(),
  prepareDatabase: functionSchema.optional(),
})

/** @throws DefinitionError that begins with `what` and names the field */
export function checkExtension(what: string, extension: Extension): Extension {
  checkDefinition(what, schema, extension)
  const { providers = [], auth } = extension
  for (const provider of providers) defineProvider(provider)
  const double = providers.find(({ id }, index) => providers.findIndex((other) => other.id === id) !== index)
  if (double) throw new DefinitionError(`The provider ${double.id}: id: another provider has the same id`)
  if (auth !== undefined) defineAuth(auth)
  return extension
}

/** What is exported by default from `holdfast.config.ts`. @throws DefinitionError */
export function defineConfig(extension: Extension): Extension {
  return checkExtension('defineConfig', extension)
}

/** Any number, the same on all nodes. */
const lockKey = 4_018_733_551

/** Has the developer's tables made. @throws DefinitionError */
export async function prepareDatabase(
  database: Pick<Database, 'queries'>,
  { prepareDatabase: prepare }: Extension,
): Promise<void> {
  if (!prepare) return
  let isOver = false
  try {
    await database.queries.transaction(async (tx) => {
      await executeRows(tx, sql`select pg_advisory_xact_lock(${lockKey})`)
      await prepare({ sql: createSql(tx, () => isOver) })
    })
  } catch (error) {
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)
    throw new DefinitionError(`prepareDatabase: ${reason.split('\n', 1)[0]}`, { cause: error })
  } finally {
    isOver = true
  }
}
