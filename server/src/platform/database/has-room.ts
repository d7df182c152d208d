import { statfs } from 'node:fs/promises'

/** Below this much free room, the embedded database may not be able to write. */
const minFreeBytes = 16 * 1024 * 1024

/** Whether the disk of the data directory has room for the embedded database to write. */
export async function hasRoom(
  dataDir: string,
  readRoom: (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }> = statfs,
): Promise<boolean> {
  const { bavail, bsize } = await readRoom(dataDir)
  return bavail * bsize >= minFreeBytes
}
