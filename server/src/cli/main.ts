#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { environmentToConfig } from '../config/config.ts'
import { createLogger } from '../platform/logger.ts'
import { runCli } from './run-cli.ts'

// Files that this program creates are readable by its user alone.
process.umask(0o077)
if (existsSync('.env')) loadEnvFile('.env')
process.exitCode = await runCli(process.argv.slice(2), {
  streams: { out: process.stdout, err: process.stderr },
  logger: createLogger('warn', { write: (line) => process.stderr.write(line) }),
  readConfig: () => environmentToConfig(process.env),
})
