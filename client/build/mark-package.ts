import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { markSchemas } from './mark-schemas.ts'

/** A part of `npm run build`: programs that install `@holdfast/shared` bundle no schema that they do not use. */
const lib = fileURLToPath(new URL('../../shared/lib/', import.meta.url))
for (const name of globSync('**/*.js', { cwd: lib })) {
  writeFileSync(lib + name, markSchemas(readFileSync(lib + name, 'utf8')))
}
