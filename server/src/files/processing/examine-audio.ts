import { parseFile } from 'music-metadata'
import type { FileToExamine, Findings } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'

/** How long a recording is. @throws FileRefusal for one that is damaged */
export async function examineAudio({ path }: FileToExamine, mediaType: string): Promise<Findings> {
  try {
    const { format } = await parseFile(path, { duration: true, skipCovers: true })
    return { mediaType, ...(format.duration === undefined ? {} : { durationMs: Math.round(format.duration * 1_000) }) }
  } catch (error) {
    throw new FileRefusal('The recording is damaged.', { cause: error })
  }
}
