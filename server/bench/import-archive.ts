import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeLargeArchive } from '../test/import-fixtures/write-large-archive.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import type { Figure } from './figures.ts'

const documentMegabytes = 200
const heapMegabytes = 64

/** Reads a large archive as an import does, twice (once to count), in a process that V8 ends when it needs more heap. */
export async function measureImport(): Promise<Figure[]> {
  await using directory = await createTemporaryDirectory()
  const path = join(directory.path, 'export.zip')
  await writeLargeArchive(path, documentMegabytes * 1_000_000)
  const program = fileURLToPath(new URL('../test/import-fixtures/count-import.ts', import.meta.url))
  const started = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${heapMegabytes}`, program, path])
  const seconds = (performance.now() - started) / 1_000
  const { maxRssMegabytes } = JSON.parse(stdout) as { maxRssMegabytes: number }
  const method = `a zip as ChatGPT makes them, with a document of ${documentMegabytes} MB, read twice with a heap of ${heapMegabytes} MB`
  return [
    { name: `Import, reading ${documentMegabytes} MB`, value: seconds, unit: 's', limit: 60, method },
    { name: 'Import, memory of the process', value: maxRssMegabytes, unit: 'MB', limit: 300, method },
  ]
}
