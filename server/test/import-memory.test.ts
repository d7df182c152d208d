import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { writeLargeArchive } from './import-fixtures/write-large-archive.ts'

/** V8 ends a process that needs more. */
const heapMegabytes = 56
const documentMegabytes = 60

test(`an archive with a document of ${documentMegabytes} MB is read with a heap of ${heapMegabytes} MB`, async () => {
  await using directory = await createTemporaryDirectory()
  const path = join(directory.path, 'export.zip')
  const conversations = await writeLargeArchive(path, documentMegabytes * 1_000_000)
  const program = fileURLToPath(new URL('import-fixtures/count-import.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${heapMegabytes}`, program, path])
  expect(JSON.parse(stdout)).toMatchObject({
    source: 'chatgpt',
    total: conversations,
    conversations,
    messages: conversations * 40,
  })
}, 300_000)
