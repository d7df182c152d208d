import type { Chunks } from './block.ts'

/** Items, rows or lines in a chunk. */
export const chunkLength = 50

/** Appends items. Full chunks stay the same objects. */
export function appendToChunks<Item>(chunks: Chunks<Item>, items: readonly Item[], length = chunkLength): Chunks<Item> {
  if (items.length === 0) return chunks
  const result = [...chunks]
  let rest = items
  const last = result.at(-1)
  if (last && last.length < length) {
    const room = length - last.length
    result[result.length - 1] = [...last, ...rest.slice(0, room)]
    rest = rest.slice(room)
  }
  for (let start = 0; start < rest.length; start += length) result.push(rest.slice(start, start + length))
  return result
}

/** The last item, if there is one. */
export function lastOfChunks<Item>(chunks: Chunks<Item>): Item | undefined {
  return chunks.at(-1)?.at(-1)
}

export function withoutLastOfChunks<Item>(chunks: Chunks<Item>): Chunks<Item> {
  const last = chunks.at(-1)
  if (!last) return chunks
  return last.length === 1 ? chunks.slice(0, -1) : [...chunks.slice(0, -1), last.slice(0, -1)]
}

/** Maps every item. Chunks in which nothing changes stay the same objects, and so does the whole. */
export function mapChunks<Item>(chunks: Chunks<Item>, change: (item: Item) => Item): Chunks<Item> {
  let isChanged = false
  const result = chunks.map((chunk) => {
    const changed = chunk.map(change)
    if (changed.every((item, index) => item === chunk[index])) return chunk
    isChanged = true
    return changed
  })
  return isChanged ? result : chunks
}

/** Appends lines, each with its line feed. Returns the chunks and their number of lines. */
export function appendLines(
  chunks: readonly string[],
  lineCount: number,
  lines: string,
): { chunks: string[]; lineCount: number } {
  const result = [...chunks]
  let count = lineCount
  let from = 0
  while (from < lines.length) {
    const room = chunkLength - (count % chunkLength)
    let end = from
    let taken = 0
    while (taken < room && end < lines.length) {
      const feed = lines.indexOf('\n', end)
      end = feed === -1 ? lines.length : feed + 1
      taken += 1
    }
    const added = lines.slice(from, end)
    if (count % chunkLength === 0) result.push(added)
    else result[result.length - 1] = (result.at(-1) ?? '') + added
    count += taken
    from = end
  }
  return { chunks: result, lineCount: count }
}
