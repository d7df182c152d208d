import type { FootnoteDefinition, List, Nodes, RootContent, Table } from 'mdast'
import { parseMarkdown } from './parse-markdown.ts'

/**
 * A text in Markdown as it is read, without its marks: for the clipboard. Code is what was written, to the last character; a table has
 * its cells between tabs; links and pictures are their words; notes stand at the end.
 */
export function markdownToPlainText(markdown: string): string {
  const { children } = parseMarkdown(markdown, { links: [], footnotes: [] })
  const notes = children.filter((node): node is FootnoteDefinition => node.type === 'footnoteDefinition')
  const text = blocksToText(children.filter((node) => node.type !== 'footnoteDefinition'))
  return [text, ...notes.map((note) => `[${note.label ?? note.identifier}] ${blocksToText(note.children)}`)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** @param indent before each line; code has none, wherever it stands */
function blocksToText(nodes: readonly RootContent[], { gap = '\n\n', indent = '' } = {}): string {
  return nodes
    .map((node) => blockToText(node, indent))
    .filter((text) => text !== null)
    .join(gap)
}

/** Null for what is not read. */
function blockToText(node: RootContent, indent: string): string | null {
  if (node.type === 'thematicBreak' || node.type === 'definition') return null
  if (node.type === 'code') return node.value
  if (node.type === 'list') return listToText(node, indent)
  if (node.type === 'blockquote') return blocksToText(node.children, { indent })
  const text = node.type === 'table' ? tableToText(node) : inlineToText(node)
  return text.replaceAll(/^(?=.)/gmu, indent)
}

function tableToText(table: Table): string {
  const cellToText = (cell: Nodes) => inlineToText(cell).replaceAll(/\s+/gu, ' ').trim()
  return table.children.map((row) => row.children.map(cellToText).join('\t')).join('\n')
}

function listToText(list: List, indent: string): string {
  const isLoose = list.spread === true || list.children.some((item) => item.spread === true)
  const gap = isLoose ? '\n\n' : '\n'
  return list.children
    .map((item, index) => {
      const mark = list.ordered === true ? `${(list.start ?? 1) + index}. ` : '- '
      const inner = indent + ' '.repeat(mark.length)
      const box = typeof item.checked === 'boolean' ? (item.checked ? '[x] ' : '[ ] ') : ''
      const text = blocksToText(item.children, { gap, indent: inner })
      const isCode = item.children[0]?.type === 'code'
      return indent + mark + box + (isCode ? `\n${text}` : text.slice(inner.length))
    })
    .join(gap)
}

function inlineToText(node: Nodes): string {
  if (node.type === 'break') return '\n'
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? ''
  if (node.type === 'footnoteReference') return `[${node.label ?? node.identifier}]`
  if (node.type === 'math' || node.type === 'inlineMath') return node.source
  if ('value' in node) return node.value
  return 'children' in node ? node.children.map(inlineToText).join('') : ''
}
