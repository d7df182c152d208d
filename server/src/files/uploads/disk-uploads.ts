import { mkdir, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { isMissing, type UploadStore } from './upload-store.ts'

const configuration = '.json'

/** Uploads in a directory of this machine. After a crash each goes on where its file ends. */
export async function openDiskUploads(directory: string): Promise<UploadStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const dataStore = new FileStore({ directory })
  return {
    dataStore,
    toUploadId: (fileId) => fileId,
    async find(fileId) {
      try {
        const { offset, size = 0 } = await dataStore.getUpload(fileId)
        return { offset, size }
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    toLocalPath: async (fileId) => join(directory, fileId),
    async remove(fileId) {
      await rm(join(directory, fileId), { force: true })
      await rm(join(directory, fileId + configuration), { force: true })
    },
    async *list() {
      for await (const { name } of await opendir(directory)) if (!name.endsWith(configuration)) yield name
    },
  }
}
