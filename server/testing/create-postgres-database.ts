import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { openPostgres } from '../src/platform/database/open-postgres.ts'
import { createQueues } from './create-queues.ts'

/** An empty database on the tests' Postgres. Gives its address. */
export async function createPostgresDatabase(adminUrl: string): Promise<string> {
  return createDatabase(adminUrl, 'template1')
}

/** A database that is as a server has left it at its first start: a copy of the template, if the run has one. */
export async function createMigratedDatabase(adminUrl: string): Promise<string> {
  return createDatabase(adminUrl, process.env['TEST_POSTGRES_TEMPLATE'] ?? 'template1')
}

/** Gives the name of a new database, of which {@link createMigratedDatabase} makes copies. Nobody may be connected with it. */
export async function createTemplate(adminUrl: string): Promise<string> {
  const url = await createPostgresDatabase(adminUrl)
  const database = await openPostgres(url)
  try {
    await createQueues(database)
  } finally {
    await database.close()
  }
  return new URL(url).pathname.slice(1)
}

async function createDatabase(adminUrl: string, template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await admin.unsafe(`create database ${name} template ${template}`)
  } finally {
    await admin.end()
  }
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}
