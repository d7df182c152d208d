import type { Write } from './write-export.ts'

const pieceLength = 1_000_000

/** Collects text into a blob, a megabyte at a time: the browser can keep a blob outside the page's memory. */
export async function collectBlob(type: string, run: (write: Write) => Promise<void>): Promise<Blob> {
  const blobs: Blob[] = []
  let pieces: string[] = []
  let length = 0
  const flush = () => {
    blobs.push(new Blob(pieces))
    pieces = []
    length = 0
  }
  await run((piece) => {
    pieces.push(piece)
    length += piece.length
    if (length >= pieceLength) flush()
  })
  flush()
  return new Blob(blobs, { type })
}
