import type { ListItem, Nodes, RootContent, TableRow } from 'mdast'
import { parseMarkdown } from './parse-markdown.ts'

/** What is read aloud without a pause for the reader: a paragraph, a heading, an item of a list, a row of a table, or a block of code. */
export interface SpokenParagraph {
  readonly kind: 'text' | 'code'
  /** On one line, without syntax. Of code it is the code. */
  readonly text: string
}

/** The paragraphs of a Markdown text as they are read aloud. Those that are complete stay the same while the text grows. */
export function markdownToSpoken(markdown: string): SpokenParagraph[] {
  const { children } = parseMarkdown(markdown, { links: [], footnotes: [] })
  return children.flatMap(nodeToSpoken).filter(({ text }) => /[\p{L}\p{N}]/u.test(text))
}

const silent: ReadonlySet<string> = new Set(['definition', 'footnoteDefinition', 'thematicBreak'])

function nodeToSpoken(node: RootContent | ListItem | TableRow): SpokenParagraph[] {
  if (silent.has(node.type)) return []
  if (node.type === 'code') return [{ kind: 'code', text: node.value }]
  if (node.type === 'tableRow') return [toParagraph(node.children.map(inlineToSpoken).join(', '))]
  if (node.type === 'blockquote' || node.type === 'details' || node.type === 'list' || node.type === 'listItem') {
    return node.children.flatMap(nodeToSpoken)
  }
  if (node.type === 'table') return node.children.flatMap(nodeToSpoken)
  return [toParagraph(inlineToSpoken(node))]
}

function toParagraph(text: string): SpokenParagraph {
  return { kind: 'text', text: text.replaceAll(/\s+/gu, ' ').trim() }
}

/** Marks of footnotes are left out: between words a number is noise. */
function inlineToSpoken(node: Nodes): string {
  if (node.type === 'break') return ' '
  if (node.type === 'footnoteReference') return ''
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? ''
  if (node.type === 'math' || node.type === 'inlineMath') return node.source
  if ('value' in node) return node.value
  return 'children' in node ? node.children.map(inlineToSpoken).join('') : ''
}
