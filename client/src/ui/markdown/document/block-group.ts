import type { Block, Chunks } from './block.ts'

/** Some blocks that stand below each other. The same object for as long as none of them changes. */
export interface BlockGroup {
  /** Where it begins in the text: the same for as long as the text only grows. */
  readonly key: number
  /** Of what nobody has looked at yet, this is when it is parsed. */
  readonly blocks: readonly Block[]
}

/** A part of a text that is parsed when somebody looks at it. */
export interface UnreadGroup extends BlockGroup {
  readonly source: string
  readonly isRead: boolean
}

export function createUnreadGroup(key: number, source: string, parse: () => readonly Block[]): UnreadGroup {
  let blocks: readonly Block[] | null = null
  return {
    key,
    source,
    get isRead() {
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
