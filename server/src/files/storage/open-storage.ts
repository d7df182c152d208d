import { join } from 'node:path'
import { openDiskStorage } from './disk-storage.ts'
import type { FileStorage } from './file-storage.ts'
import { openS3Storage } from './s3-storage.ts'
import type { StorageSettings } from './storage-settings.ts'

/** Opens the storage that the settings name. @param dataDir where files are if the settings do not say */
export async function openStorage(settings: StorageSettings, dataDir: string): Promise<FileStorage & Disposable> {
  if (settings.kind === 's3') return openS3Storage(settings)
  return { ...(await openDiskStorage(settings.directory ?? join(dataDir, 'files'))), [Symbol.dispose]: () => {} }
}
