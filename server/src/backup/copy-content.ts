import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileStorage } from '../files/storage/file-storage.ts'

/** Puts bytes that arrive as a stream into a storage, which takes files of this machine. */
export interface ContentWriter extends AsyncDisposable {
  /** Bytes that are there already, with that length, are left: the key is made from what they are. False: they were. */
  readonly put: (key: string, bytes: number, content: () => Promise<Readable>) => Promise<boolean>
}

export async function createContentWriter(storage: FileStorage): Promise<ContentWriter> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-restore-'))
  const path = join(directory, 'content')
  return {
    async put(key, bytes, content) {
      if ((await storage.size(key)) === bytes) return false
      await pipeline(await content(), createWriteStream(path, { mode: 0o600 }))
      await storage.put(key, path)
      return true
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
