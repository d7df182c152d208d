import type { Definition, FootnoteDefinition, FootnoteReference, Nodes } from 'mdast'
import type { BlockGroup } from './document/block-group.ts'
import { findReferences, noDefinitions, type Definitions, type FootnoteNumber, type References } from './document/definitions.ts'
import { groupToReferences } from './document/footnote-numbers.ts'
import { toName } from './document/parse-markdown.ts'

export interface BlocksProps {
  readonly definitions: Definitions
  /** Prefix of footnote ids. */
  readonly prefix: string
}

const neededByOwner = new WeakMap<object, Definitions>()

/**
 * Picks the definitions that these nodes refer to. Returns the same object while they do not change, so that an unrelated definition
 * renders nothing again.
 */
export function toNeeded(nodes: readonly Nodes[], { definitions, prefix }: BlocksProps): BlocksProps {
  const references = nodes.flatMap((node) => findReferences(node) ?? [])
  return { definitions: nodes[0] ? pickDefinitions(nodes[0], references, definitions) : noDefinitions, prefix }
}

/** Picks the definitions that the blocks of a group refer to. */
export function toNeededOfGroup(group: BlockGroup, definitions: Definitions): Definitions {
  if (definitions.links.size + definitions.footnotes.size === 0) return noDefinitions
  return pickDefinitions(group, groupToReferences(group), definitions)
}

function pickDefinitions(owner: object, references: readonly References[], definitions: Definitions): Definitions {
  if (references.length === 0) return noDefinitions
  const footnotes = references.flatMap((one) => one.footnotes)
  const needed = {
    links: pick(
      definitions.links,
      references.flatMap(({ links }) => links),
    ),
    footnotes: pick(
      definitions.footnotes,
      footnotes.map(({ identifier }) => toName(identifier)),
    ),
    numbers: pick(definitions.numbers, footnotes),
  }
  const known = neededByOwner.get(owner)
  if (known && isSame(known, needed)) return known
  neededByOwner.set(owner, needed)
  return needed
}

function pick<Key, Value>(all: ReadonlyMap<Key, Value>, keys: readonly Key[]): ReadonlyMap<Key, Value> {
  const picked = new Map<Key, Value>()
  for (const key of keys) {
    const value = all.get(key)
    if (value !== undefined) picked.set(key, value)
  }
  return picked
}

function isSame(a: Definitions, b: Definitions): boolean {
  return (
    haveSameEntries<string, Definition>(a.links, b.links, Object.is) &&
    haveSameEntries<string, FootnoteDefinition>(a.footnotes, b.footnotes, Object.is) &&
    haveSameEntries<FootnoteReference, FootnoteNumber>(
      a.numbers,
      b.numbers,
      (one, other) => one.number === other.number && one.occurrence === other.occurrence,
    )
  )
}

function haveSameEntries<Key, Value>(
  a: ReadonlyMap<Key, Value>,
  b: ReadonlyMap<Key, Value>,
  isEqual: (one: Value, other: Value) => boolean,
): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.get(key)
    if (other === undefined || !isEqual(value, other)) return false
  }
  return true
}
