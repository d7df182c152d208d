import { join } from 'node:path'
import { openDiskStorage } from './disk-storage.ts'
import type { FileStorage } from './file-storage.ts'
import type { StorageSettings } from './storage-settings.ts'

/** Opens the storage that the settings name. @param dataDir where files are if the settings do not say */
export async function openStorage(settings: StorageSettings, dataDir: string): Promise<FileStorage & Disposable> {
  // Its library is loaded only where it is used.
  if (settings.kind === 's3') return (await import('./s3-storage.ts')).openS3Storage(settings)
  return { ...(await openDiskStorage(settings.directory ?? join(dataDir, 'files'))), [Symbol.dispose]: () => {} }
}
