import type { Nodes, TableRow } from 'mdast'

/** A table as spreadsheets take it from the clipboard: cells between tabs, a row in each line. */
export function rowsToTabs(rows: readonly TableRow[]): string {
  return rows.map((row) => row.children.map((cell) => nodeToText(cell).replaceAll(/\s+/gu, ' ').trim()).join('\t')).join('\n')
}

function nodeToText(node: Nodes): string {
  if ('value' in node) return node.value
  if ('children' in node) return node.children.map(nodeToText).join('')
  return 'alt' in node ? (node.alt ?? '') : ''
}
