import { foldText, type FileInfo } from '@holdfast/shared'

/** The files whose names contain every word that was typed, whatever its case and accents. */
export function filterFiles(files: readonly FileInfo[], query: string): readonly FileInfo[] {
  const words = foldText(query).split(/\s+/u).filter(Boolean)
  if (words.length === 0) return files
  return files.filter(({ name }) => {
    const folded = foldText(name)
    return words.every((word) => folded.includes(word))
  })
}

/** The bytes that the files take. */
export function sumBytes(files: readonly Pick<FileInfo, 'bytes'>[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}
