import type { BlockContent, DefinitionContent, Literal, Parent, PhrasingContent } from 'mdast'
import type { InlineTagName } from './known-tags.ts'

/** The content between a known tag and its closing tag. */
export interface InlineTagNode extends Parent {
  type: 'inlineTag'
  children: PhrasingContent[]
  data: { hName: InlineTagName }
}

export interface SummaryNode extends Parent {
  type: 'summary'
  /** Empty if the text has none. */
  children: PhrasingContent[]
  data: { hName: 'summary' }
}

/** Content that the reader unfolds. */
export interface DetailsNode extends Parent {
  type: 'details'
  children: [SummaryNode, ...(BlockContent | DefinitionContent)[]]
  data: { hName: 'details' }
}

/** A line that opens or closes `<details>`. `shapeTree` leaves none. */
export interface DetailsLineNode extends Literal {
  type: 'detailsLine'
}

declare module 'mdast' {
  interface RootContentMap {
    inlineTag: InlineTagNode
    details: DetailsNode
    detailsLine: DetailsLineNode
    summary: SummaryNode
  }
  interface BlockContentMap {
    details: DetailsNode
    detailsLine: DetailsLineNode
  }
  interface PhrasingContentMap {
    inlineTag: InlineTagNode
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    detailsLine: 'detailsLine'
  }
}
