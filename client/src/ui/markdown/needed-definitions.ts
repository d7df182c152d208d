import type { Nodes } from 'mdast'
import { findReferences, noDefinitions, type Definitions } from './document/definitions.ts'

export interface BlocksProps {
  readonly definitions: Definitions
  /** Of the ids of footnotes. */
  readonly prefix: string
}

/** What refers to nothing is the same whatever is defined. */
export function toNeeded(nodes: readonly Nodes[], { definitions, prefix }: BlocksProps): BlocksProps {
  return { definitions: nodes.every((node) => findReferences(node) === null) ? noDefinitions : definitions, prefix }
}
