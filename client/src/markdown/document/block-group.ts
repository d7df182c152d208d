import type { Block, Chunks } from './block.ts'

/** A few consecutive blocks. The same object for as long as none of them changes. */
export interface BlockGroup {
  /** Offset of the group in the text. It does not change while the text grows. */
  readonly key: number
  /** Reading this parses a lazy group. */
  readonly blocks: readonly Block[]
}

/** A group that is parsed when its blocks are first read. */
export interface LazyGroup extends BlockGroup {
  readonly source: string
  readonly isParsed: boolean
}

export function createLazyGroup(key: number, source: string, parse: () => readonly Block[]): LazyGroup {
  let blocks: readonly Block[] | null = null
  return {
    key,
    source,
    get isParsed() {
      return blocks !== null
    },
    get blocks() {
      return (blocks ??= parse())
    },
  }
}

const groupsByBlocks = new WeakMap<readonly Block[], BlockGroup>()

export function toGroups(chunks: Chunks<Block>): BlockGroup[] {
  return chunks.map((blocks) => {
    const known = groupsByBlocks.get(blocks)
    if (known) return known
    const group: BlockGroup = { key: blocks[0]?.key ?? 0, blocks }
    groupsByBlocks.set(blocks, group)
    return group
  })
}
