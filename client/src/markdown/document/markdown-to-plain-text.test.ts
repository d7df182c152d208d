import { expect, test } from 'vitest'
import { markdownToPlainText } from './markdown-to-plain-text.ts'

test.each([
  [
    'marks',
    '# A *title*\n\nSome **bold**, ~~gone~~ and `code *x*`, [a link](https://a.example) &amp; more.',
    'A title\n\nSome bold, gone and code *x*, a link & more.',
  ],
  ['a list', '- one\n- two\n  - deeper **x**\n- [x] done', '- one\n- two\n  - deeper x\n- [x] done'],
  ['an ordered list', '3. three\n4. four\n\n   more', '3. three\n\n4. four\n\n   more'],
  ['a table', '| Name | Count |\n| --- | --: |\n| **one** | 1 |\n| a \\| b | `2` |', 'Name\tCount\none\t1\na | b\t2'],
  ['a quote and a rule', '> said\n> so\n\n---\n\nEnd', 'said\nso\n\nEnd'],
  ['lines', 'one  \ntwo\\\nthree', 'one\ntwo\nthree'],
  ['pictures and references', '![a chart](https://a.example/x.png) and [it][1]\n\n[1]: https://a.example', 'a chart and it'],
  ['notes', 'Said.[^1]\n\n[^1]: By *whom*.', 'Said.[1]\n\n[1] By whom.'],
  ['formulas', 'So $x^2$:\n\n$$\ny = 1\n$$', 'So $x^2$:\n\n$$\ny = 1\n$$'],
])('%s', (_, markdown, plain) => {
  expect(markdownToPlainText(markdown)).toBe(plain)
})

test('code keeps every character, whatever its length', () => {
  const code = Array.from({ length: 230 }, (_, index) =>
    index % 7 === 3 ? '' : `${'\t'.repeat(index % 3)}line ${index}  <b> **x**`,
  ).join('\n')
  expect(markdownToPlainText(`Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`)).toBe(`Here:\n\n${code}\n\nDone.`)
})

test('code in a list keeps its line breaks', () => {
  expect(markdownToPlainText('1. Run\n   ```sh\n   a\n\n     b\n   ```\n2. Done')).toBe('1. Run\na\n\n  b\n2. Done')
})
