import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createApiReference } from './api-reference.ts'

/** `npm run docs` writes docs/API.md; with `--check` it only says whether the file is up to date. */
const path = fileURLToPath(new URL('../../docs/API.md', import.meta.url))
const written = existsSync(path) ? readFileSync(path, 'utf8') : ''
const wanted = createApiReference()

if (process.argv.includes('--check')) {
  if (written !== wanted) {
    process.stderr.write('docs/API.md does not describe the router as it is: run `npm run docs`.\n')
    process.exitCode = 1
  }
} else if (written !== wanted) {
  writeFileSync(path, wanted)
  process.stdout.write('docs/API.md is up to date now.\n')
}
