import type { Blockquote, FootnoteDefinition, List, Nodes, RootContent, TableRow } from 'mdast'
import { parseMarkdown } from './parse-markdown.ts'
import { readAlert } from './read-alert.ts'

/**
 * Converts Markdown to plain text for the clipboard. Code stays as written; table cells are separated by tabs; links and images become
 * their text; footnotes come last.
 */
export function markdownToPlainText(markdown: string): string {
  const { children } = parseMarkdown(markdown, { links: [], footnotes: [] })
  const notes = children.filter((node): node is FootnoteDefinition => node.type === 'footnoteDefinition')
  const text = blocksToText(children.filter((node) => node.type !== 'footnoteDefinition'))
  return [text, ...notes.map((note) => `[${note.label ?? note.identifier}] ${blocksToText(note.children)}`)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** @param indent put before every line, except of code */
function blocksToText(nodes: readonly RootContent[], { gap = '\n\n', indent = '' } = {}): string {
  return nodes
    .map((node) => blockToText(node, indent))
    .filter((text) => text !== null)
    .join(gap)
}

/** Null for nodes without text. */
function blockToText(node: RootContent, indent: string): string | null {
  if (node.type === 'thematicBreak' || node.type === 'definition') return null
  if (node.type === 'code') return node.value
  if (node.type === 'list') return listToText(node, indent)
  if (node.type === 'blockquote') return quoteToText(node, indent)
  if (node.type === 'details') return blocksToText(node.children, { indent })
  if (node.type === 'summary' && node.children.length === 0) return null
  const text = node.type === 'table' ? rowsToText(node.children) : inlineToText(node)
  return text.replaceAll(/^(?=.)/gmu, indent)
}

function quoteToText({ children }: Blockquote, indent: string): string {
  const alert = readAlert(children[0])
  if (!alert) return blocksToText(children, { indent })
  const title = `${indent}${alert.kind.charAt(0).toUpperCase()}${alert.kind.slice(1)}:`
  return `${title}\n${blocksToText([...(alert.rest ? [alert.rest] : []), ...children.slice(1)], { indent })}`.trimEnd()
}

/** Rows on lines, with tabs between the cells. */
export function rowsToText(rows: readonly TableRow[], toCell: (text: string) => string = (text) => text): string {
  return rows.map((row) => row.children.map((cell) => toCell(cellToText(cell))).join('\t')).join('\n')
}

/** Rows as spreadsheets paste them: a cell of several lines is quoted. */
export function rowsToTabs(rows: readonly TableRow[]): string {
  return rowsToText(rows, (text) => (text.includes('\n') ? `"${text.replaceAll('"', '""')}"` : text))
}

function cellToText(cell: Nodes): string {
  const lines = inlineToText(cell).split('\n')
  return lines
    .map((line) => line.replaceAll(/\s+/gu, ' ').trim())
    .join('\n')
    .trim()
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
