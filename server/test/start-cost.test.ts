import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Prints how many modules of each package are loaded before a server opens anything. */
const countModules = `
  import { registerHooks } from 'node:module'
  const counts = {}
  registerHooks({
    load(url, context, next) {
      const names = [...url.matchAll(/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//g)].map(([, name]) => name)
      const name = names.findLast((one) => one !== '.pnpm') ?? 'own'
      counts[name] = (counts[name] ?? 0) + 1
      return next(url, context)
    },
  })
  await import('./src/app/app.ts')
  console.log(JSON.stringify(counts))`

test('a start loads no library that this server may never need', () => {
  const output = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', countModules],
    {
      cwd: join(root, 'server'),
      encoding: 'utf8',
    },
  )
  const counts = JSON.parse(output) as Record<string, number>
  // Positive control: the names are those of packages.
  expect(counts).toMatchObject({ express: expect.any(Number), 'pg-boss': expect.any(Number), own: expect.any(Number) })
  for (const name of [
    '@aws-sdk/client-s3',
    '@opentelemetry/sdk-trace',
    '@tus/s3-store',
    'gpt-tokenizer',
    'heic-decode',
    'nodemailer',
    'officeparser',
    'pino-pretty',
    'sharp',
    'unpdf',
  ]) {
    expect(Object.keys(counts)).not.toContain(name)
  }
})

test('everything that starts a server gives Node the same flags', async () => {
  const { serverFlags } = (await import(new URL('../../scripts/server-flags.mjs', import.meta.url).href)) as {
    serverFlags: readonly string[]
  }
  const text = (path: string) => readFileSync(join(root, path), 'utf8')
  expect(text('deploy/holdfast.service')).toContain(`node ${serverFlags.join(' ')} server/src/main.ts`)
  expect(text('docs/OPERATING.md')).toContain(`node ${serverFlags.join(' ')} server/src/main.ts`)
  expect(text('Dockerfile')).toContain(
    `CMD ${JSON.stringify(['node', ...serverFlags, 'server/src/main.ts']).replaceAll(',', ', ')}`,
  )
})
