import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { environmentToConfig } from './config/config.ts'
import { openPglite } from './platform/database/open-pglite.ts'
import { openPostgres } from './platform/database/open-postgres.ts'

/** Brings the database that the settings name to the newest schema. The server does the same when it starts. */
if (existsSync('.env')) loadEnvFile('.env')
const { databaseUrl, dataDir } = environmentToConfig(process.env)
const directory = dataDir ?? './data'
const database = databaseUrl === null ? await openPglite(directory) : await openPostgres(databaseUrl)
await database.close()
process.stdout.write(`The database ${databaseUrl === null ? `in ${directory}` : 'at DATABASE_URL'} has the newest schema.\n`)
