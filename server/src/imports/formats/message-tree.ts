/** A message as a source lists it, before its place in the tree is known to be sound. */
interface Node {
  readonly sourceId: string
  readonly parentSourceId: string | null
}

export interface SortedTree<Message> {
  readonly sorted: readonly Message[]
  /** Messages whose id another one had before them. */
  readonly repeated: number
  /** Messages whose parent does not exist, or hangs below them: they became roots. */
  readonly orphans: number
}

/**
 * Messages with each parent before its children, otherwise in the order in which they were given. A parent that does not exist makes a
 * root, a circle is opened at its first message, and of several messages with the same id the first stays.
 */
export function sortTree<Message extends Node>(nodes: readonly Message[]): SortedTree<Message> {
  const byId = new Map<string, Message>()
  for (const node of nodes) if (!byId.has(node.sourceId)) byId.set(node.sourceId, node)
  const waiting = new Map<string, Message[]>()
  const placed = new Set<string>()
  const sorted: Message[] = []
  let orphans = 0

  const place = (first: Message) => {
    const stack = [first]
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (placed.has(node.sourceId)) continue
      placed.add(node.sourceId)
      sorted.push(node)
      stack.push(...(waiting.get(node.sourceId)?.toReversed() ?? []))
      waiting.delete(node.sourceId)
    }
  }

  for (const node of byId.values()) {
    const { parentSourceId } = node
    if (parentSourceId === null || placed.has(parentSourceId)) place(node)
    else if (byId.has(parentSourceId)) {
      const siblings = waiting.get(parentSourceId)
      if (siblings) siblings.push(node)
      else waiting.set(parentSourceId, [node])
    } else {
      orphans += 1
      place({ ...node, parentSourceId: null })
    }
  }
  // What is left hangs in circles.
  for (const node of byId.values()) {
    if (placed.has(node.sourceId)) continue
    orphans += 1
    place({ ...node, parentSourceId: null })
  }
  return { sorted, repeated: nodes.length - byId.size, orphans }
}

/** The ids of a tree from the roots down, siblings as their parents list them; then those that no other lists. */
export function walkTree(
  ids: Iterable<string>,
  isRoot: (id: string) => boolean,
  childrenOf: (id: string) => readonly unknown[],
): string[] {
  const known = new Set(ids)
  const walked = new Set<string>()
  const roots = [...known].filter(isRoot)
  for (const start of [...roots, ...known]) {
    const stack = [start]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (!known.has(id) || walked.has(id)) continue
      walked.add(id)
      stack.push(
        ...childrenOf(id)
          .filter((child) => typeof child === 'string')
          .toReversed(),
      )
    }
  }
  return [...walked]
}
