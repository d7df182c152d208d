import { createTemplate } from '../../testing/create-postgres-database.ts'
import { startPostgres } from './start-postgres.ts'

/** For the project that runs the server's tests on a real Postgres: every test app gets a database of its own there. */
export default async function setup(): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  process.env['TEST_POSTGRES_URL'] = postgres.url
  process.env['TEST_POSTGRES_TEMPLATE'] = await createTemplate(postgres.url)
  return async () => postgres[Symbol.asyncDispose]()
}
