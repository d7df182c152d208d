import fc from 'fast-check'

const word = fc.constantFrom(
  'one',
  'two',
  'three',
  'Ω',
  '日本',
  'a_b',
  '5*3',
  'x.y',
  '12',
  'don’t',
  '(so)',
  '&amp;',
  '\\*',
  '!',
  '—',
)

const inline: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: word },
  word.map((text) => `**${text} b**`),
  word.map((text) => `*${text}*`),
  word.map((text) => `_${text} i_`),
  word.map((text) => `~~${text}~~`),
  word.map((text) => `\`${text} c\``),
  word.map((text) => `[${text}](https://example.org/a_b "t")`),
  word.map((text) => `![${text}](https://example.org/p.png)`),
  word.map((text) => `<sub>${text}</sub>`),
  word.map((text) => `<kbd>${text} **k**</kbd>`),
  word.map((text) => `**${text}：**正文`),
  word.map((text) => `~~${text}。~~後`),
  fc.constantFrom(
    '<br>',
    '<br />',
    '<mark>',
    '</mark>',
    '<u>',
    '</s>',
    '含**「重点」**内容',
    'https://a.example/b。后面',
    'www.a.example，再',
    '[!NOTE]',
    'https://example.org/x_y?z=1',
    'www.example.org',
    'me@example.org',
    '<https://example.org>',
    '<b>',
    '<!-- c -->',
    '[ref]',
    '[text][ref]',
    '[REF][]',
    '[other one]',
    '![pic][ref]',
    '[^1]',
    '[^note]',
    '**',
    '*',
    '`',
    '~~',
    '[',
    '](',
    '|',
    'a\\\nb',
    'a  \nb',
  ),
)

const line = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '))
const lines = fc.array(line, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('\n'))

const codeLines = fc
  .array(fc.constantFrom('let a = 1', '', '  b', '# c', '- d', '``', '~~~', '| e |', '> f', '\tg', '$'), { maxLength: 6 })
  .map((parts) => parts.join('\n'))

const block: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: lines },
  fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([level, text]) => `${'#'.repeat(level)} ${text}`),
  line.map((text) => `${text}\n---`),
  line.map((text) => `${text}\n===`),
  fc.constantFrom(
    '---',
    '***',
    '* * *',
    '- - -',
    '    code',
    '    a\n\n    b',
    '\tt',
    '<div>\n<p>x</p>\n</div>',
    '<!-- a\n\nb -->',
    '<br>',
  ),
  fc
    .tuple(fc.constantFrom('```', '~~~', '````'), fc.constantFrom('', 'ts', 'python title=a.py'), codeLines, fc.boolean())
    .map(([fence, info, code, isClosed]) => `${fence}${info}\n${code}\n${isClosed ? fence : ''}`),
  fc
    .tuple(
      fc.constantFrom('-', '*', '+', '1.', '2)', '7.'),
      fc.array(
        fc.tuple(lines, fc.constantFrom('', '\n', '\n\n  more', '\n  - deep\n    - deeper', '\n  1. n', '\n  ```js\n  x\n  ```')),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      fc.constantFrom('', '[ ] ', '[x] '),
    )
    .map(([marker, items, box]) =>
      items.map(([text, tail]) => `${marker} ${box}${text.replaceAll('\n', '\n  ')}${tail}`).join('\n'),
    ),
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      fc.constantFrom('---', ':-:', '--:'),
      fc.boolean(),
    )
    .map(([columns, rows, rule, hasPipes]) => {
      const toRow = (cells: readonly string[]) => (hasPipes || columns === 1 ? `| ${cells.join(' | ')} |` : cells.join(' | '))
      const head = Array.from({ length: columns }, (_, column) => `H${column}`)
      return [toRow(head), toRow(head.map(() => rule)), ...rows.map(toRow)].join('\n')
    }),
  lines.map((text) => `> ${text.replaceAll('\n', '\n> ')}`),
  lines.map((text) => `> ${text}`),
  fc
    .tuple(fc.constantFrom('NOTE', 'tip', 'WARNING'), fc.constantFrom('\n', ' ', '\n>\n', '  \n'), lines)
    .map(([kind, gap, text]) => `> [!${kind}]${gap === ' ' ? gap : `${gap}> `}${text.replaceAll('\n', '\n> ')}`),
  fc
    .tuple(
      fc.constantFrom('<details>', '<details><summary>More **of** it</summary>', '<details>\n<summary>More</summary>\n'),
      fc.constantFrom('', '\n'),
      fc.oneof(lines, codeLines),
      fc.constantFrom('\n</details>', '\n\n</details>', '', '</details>'),
    )
    .map(([open, gap, text, close]) => `${open}\n${gap}${text}${close}`),
  fc.constantFrom('</details>', '<summary>Alone</summary>', '> <details>\n> quoted\n> </details>', '- <details>\n  listed'),
  fc.constantFrom(
    '[ref]: https://ref.example "R"',
    '[other one]: <https://other.example>',
    '[ref]: https://second.example',
    '[^1]: A note with **marks**',
    '[^note]: Another\n\n    with more [ref]',
    '[^unused]: Nobody',
    '> [ref]: https://quoted.example',
    '- [other one]: https://listed.example',
  ),
)

/** Texts with every kind of block next to every other, with and without a blank line between them. */
export const arbitraryMarkdown: fc.Arbitrary<string> = fc
  .array(fc.tuple(block, fc.constantFrom('\n\n', '\n\n', '\n\n', '\n', '\n\n\n', '\n \n')), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map(([text, gap]) => text + gap).join(''))

/** Splits a text into strings of `size` characters, or of random lengths. */
export function chunkText(text: string, size: number | 'random', chance: number): string[] {
  const chunks: string[] = []
  let state = chance % 2_147_483_647 || 1
  for (let at = 0; at < text.length;) {
    state = (state * 48_271) % 2_147_483_647
    const length = size === 'random' ? 1 + (state % 60) : size
    chunks.push(text.slice(at, at + length))
    at += length
  }
  return chunks
}
