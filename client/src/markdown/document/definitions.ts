import type { Definition, FootnoteDefinition, FootnoteReference, Nodes, RootContent } from 'mdast'
import { toName, type KnownNames } from './parse-markdown.ts'

/** Link definitions and footnotes of a text. */
export interface Definitions {
  readonly links: ReadonlyMap<string, Definition>
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>
  /** The numbers of footnote references, in text order. */
  readonly numbers: ReadonlyMap<FootnoteReference, FootnoteNumber>
}

export interface FootnoteNumber {
  readonly number: number
  /** 1 for the first reference to the same footnote, 2 for the second … */
  readonly occurrence: number
}

export const noDefinitions: Definitions = { links: new Map(), footnotes: new Map(), numbers: new Map() }

/** Adds the definitions in these nodes; the first definition of a name wins. Returns the names that are new. */
export function addDefinitions(
  definitions: Definitions,
  nodes: readonly RootContent[],
): { readonly definitions: Definitions; readonly added: readonly string[] } {
  const links = new Map(definitions.links)
  const footnotes = new Map(definitions.footnotes)
  const added: string[] = []
  for (const node of nodes) collect(node, links, footnotes, added)
  return added.length === 0 ? { definitions, added } : { definitions: { ...definitions, links, footnotes }, added }
}

function collect(node: Nodes, links: Map<string, Definition>, footnotes: Map<string, FootnoteDefinition>, added: string[]): void {
  if (node.type === 'definition' || node.type === 'footnoteDefinition') {
    const name = toName(node.identifier)
    const known: Map<string, Definition | FootnoteDefinition> = node.type === 'definition' ? links : footnotes
    if (!known.has(name)) {
      known.set(name, node)
      added.push(node.type === 'definition' ? name : `^${name}`)
    }
  }
  if (isContainer(node)) for (const child of node.children) collect(child, links, footnotes, added)
}

type Container = Extract<Nodes, { type: 'blockquote' | 'details' | 'footnoteDefinition' | 'list' | 'listItem' }>

/** Whether a node can contain definitions. */
function isContainer(node: Nodes): node is Container {
  return ['blockquote', 'details', 'footnoteDefinition', 'list', 'listItem'].includes(node.type)
}

export function toKnownNames(definitions: Definitions): KnownNames {
  return { links: [...definitions.links.keys()], footnotes: [...definitions.footnotes.keys()] }
}

/** Normalised names between brackets in a source; null for none. A settled piece is scanned once. */
const namesBySource = new WeakMap<object, ReadonlySet<string> | null>()

/** Whether the source may refer to one of the names. */
export function mayRefer(holder: { readonly source: string }, names: readonly string[]): boolean {
  let known = namesBySource.get(holder)
  if (known === undefined) {
    known = readNames(holder.source)
    namesBySource.set(holder, known)
  }
  const own = known
  return own !== null && names.some((name) => own.has(name))
}

function readNames(source: string): ReadonlySet<string> | null {
  if (!source.includes('[')) return null
  return new Set(Array.from(source.matchAll(/\[((?:[^[\]\\]|\\[^])+)\]/gu), ([, label = '']) => toName(label)))
}

/** The references in a node. */
export interface References {
  /** Names of links and pictures. */
  readonly links: readonly string[]
  /** In text order. */
  readonly footnotes: readonly FootnoteReference[]
}

const referencesByNode = new WeakMap<object, References | null>()

/** The references in a node; null when there are none. */
export function findReferences(node: Nodes): References | null {
  const known = referencesByNode.get(node)
  if (known !== undefined) return known
  const links: string[] = []
  const footnotes: FootnoteReference[] = []
  collectReferences(node, links, footnotes)
  const result = links.length + footnotes.length === 0 ? null : { links, footnotes }
  referencesByNode.set(node, result)
  return result
}

function collectReferences(node: Nodes, links: string[], footnotes: FootnoteReference[]): void {
  if (node.type === 'footnoteReference') footnotes.push(node)
  if (node.type === 'linkReference' || node.type === 'imageReference') links.push(toName(node.identifier))
  if ('children' in node) for (const child of node.children) collectReferences(child, links, footnotes)
}

/** Numbers footnotes in the order of their first reference. */
export function numberFootnotes(definitions: Definitions, references: Iterable<FootnoteReference>): Definitions {
  const numbers = new Map<FootnoteReference, FootnoteNumber>()
  const byName = new Map<string, { readonly number: number; count: number }>()
  for (const reference of references) {
    const name = toName(reference.identifier)
    if (!definitions.footnotes.has(name)) continue
    const footnote = byName.get(name) ?? { number: byName.size + 1, count: 0 }
    byName.set(name, footnote)
    footnote.count += 1
    numbers.set(reference, { number: footnote.number, occurrence: footnote.count })
  }
  return { ...definitions, numbers }
}
