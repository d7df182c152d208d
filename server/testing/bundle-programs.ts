import { fileURLToPath } from 'node:url'
import { bundledProgram } from './bundled-program.ts'

// Before the workers of a whole run, which would each do it at the same time.
await bundledProgram(fileURLToPath(new URL('../src/main.ts', import.meta.url)))
