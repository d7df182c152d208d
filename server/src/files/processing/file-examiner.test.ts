import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../platform/logger.ts'
import { createFileExaminer } from './file-examiner.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-examiner-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function toFile(name: string, content: string) {
  const path = join(directory, name)
  await writeFile(path, content)
  return { path, name, outDirectory: await mkdtemp(join(directory, 'out-')) }
}
const logger = createLogger('silent')

test('a file that takes too long is refused; the process is replaced, and the next file is examined', async () => {
  // No process starts within a millisecond.
  await using impatient = createFileExaminer({ logger, timeoutMs: 1 })
  await expect(impatient.examine(await toFile('a.txt', 'a'))).rejects.toThrow('The file takes too long to examine.')
  await expect(impatient.examine(await toFile('b.txt', 'b'))).rejects.toThrow('The file takes too long to examine.')

  await using patient = createFileExaminer({ logger })
  const examined = await Promise.all([patient.examine(await toFile('c.txt', 'c')), patient.examine(await toFile('d.json', '{}'))])
  expect(examined.map(({ mediaType, bytes }) => [mediaType, bytes])).toEqual([
    ['text/plain', 1],
    ['application/json', 2],
  ])
  await expect(patient.examine(await toFile('e.txt', ''))).rejects.toThrow('The file is empty.')
  // A path that is not there is no fault of the file: the process ends, and another one starts.
  const missing = { path: join(directory, 'nothing'), name: 'x', outDirectory: directory }
  await expect(patient.examine(missing)).rejects.toThrow('could not be examined')
  expect(await patient.examine(await toFile('f.txt', 'naïve'))).toMatchObject({ textCharacters: 5 })
})

test.each([
  ['UTF-8 with a mark', Buffer.from('\uFEFFnaïve'), 'naïve'],
  ['UTF-16', Buffer.from('\uFEFFnaïve', 'utf16le'), 'naïve'],
  ['Windows-1252', Buffer.from('na\u00EFve', 'latin1'), 'naïve'],
])('text in %s is read', async (_, bytes, expected) => {
  const { examineText } = await import('./examine-text.ts')
  const path = join(directory, 'text')
  await writeFile(path, bytes)
  expect((await examineText({ path, name: 'text', outDirectory: directory }))?.text).toBe(expected)
})

test('bytes that are no text are kept without one', async () => {
  const { examineText } = await import('./examine-text.ts')
  const path = join(directory, 'bytes')
  await writeFile(path, Buffer.from([1, 2, 0, 255]))
  expect(await examineText({ path, name: 'notes.txt', outDirectory: directory })).toBe(null)
})
