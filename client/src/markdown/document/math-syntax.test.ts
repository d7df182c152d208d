import type { Nodes } from 'mdast'
import { expect, test } from 'vitest'
import { parseMarkdown } from './parse-markdown.ts'

function formulas(text: string): string[] {
  const found: string[] = []
  const walk = (node: Nodes) => {
    if (node.type === 'inlineMath') found.push(`${node.isDisplay ? 'display' : 'inline'}: ${node.value}`)
    if (node.type === 'math') found.push(`${node.isClosed ? 'block' : 'open'}: ${node.value}`)
    if ('children' in node) node.children.forEach(walk)
  }
  walk(parseMarkdown(text, { links: [], footnotes: [] }))
  return found
}

test.each([
  ['$x^2$ grows', ['inline: x^2']],
  ['from $a$ to $b$.', ['inline: a', 'inline: b']],
  ['$\\text{cost \\$5}$', ['inline: \\text{cost \\$5}']],
  ['$a\nb$', ['inline: a b']],
  ['so \\(a+b\\) is', ['inline: a+b']],
  ['so \\[c\\] is', ['display: c']],
  ['so $$d$$ is', ['display: d']],
  ['\\(\\text{a\\_b}\\)', ['inline: \\text{a\\_b}']],
  ['$$\nE = mc^2\n$$', ['block: E = mc^2']],
  ['$$E = mc^2$$', ['block: E = mc^2']],
  ['Text:\n$$\nx\n$$\nmore', ['block: x']],
  ['\\[\n\\frac{1}{2}\n\\]', ['block: \\frac{1}{2}']],
  ['> $$\n> a\n> b\n> $$', ['block: a\nb']],
  ['- item\n  $$\n  a\n  $$', ['block: a']],
  ['$$\na \\$ b\n$$', ['block: a \\$ b']],
])('%j is a formula', (text, expected) => {
  expect(formulas(text)).toEqual(expected)
})

test.each([
  'It costs $5.',
  'Between $5 and $10, or $1,000.50.',
  '$20,000 and $30,000',
  'US$5 and US$ 6',
  'A$5 and B$6',
  '$ x$',
  '$x $',
  '$x$5',
  '\\$x$',
  '`$x$`',
  '```\n$$\nx\n$$\n```',
  '    $$\n    x\n    $$',
  '$5 off is better than 5$ more, and cheaper than 7$',
  'A ($5) and another ($6)',
  '$$$',
])('%j has no formula', (text) => {
  expect(formulas(text)).toEqual([])
})

test('an unclosed formula ends at the next blank line', () => {
  expect(formulas('$$\nunclosed\n\nNext $x$')).toEqual(['open: unclosed', 'inline: x'])
})
