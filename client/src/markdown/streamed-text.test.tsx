import { I18nProvider } from '@lingui/react'
import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { BlockGroupView } from './block-view.tsx'
import { createMarkdownDocument } from './document/create-markdown-document.ts'

const i18n = createI18n()

/** The visible text and formatting of every prefix of a text, without white space. */
function readGrowing(text: string): string[] {
  const document = createMarkdownDocument()
  const read = (length: number, isGrowing: boolean) => {
    const { groups, definitions } = document.update(text.slice(0, length), isGrowing)
    return toVisible(
      renderToStaticMarkup(
        <I18nProvider i18n={i18n}>
          {groups.map((group) => (
            <BlockGroupView key={group.key} group={group} definitions={definitions} prefix="note-" />
          ))}
        </I18nProvider>,
      ),
    )
  }
  return [...Array.from({ length: text.length }, (_, index) => read(index + 1, true)), read(text.length, false)]
}

function toVisible(html: string): string {
  return html
    .replaceAll(/<span class="wrap-anywhere">Show image: (.*?) \([^)]*\)<\/span>/gu, '$1')
    .replaceAll(/<button(?![^>]*title="http).*?<\/button>/gsu, '')
    .replaceAll(/<span[^>]*class="formula[^>]*><\/span>/gu, '∑')
    .replaceAll(/<[^>]+>/gu, '')
    .replaceAll(/\s+/gu, '')
}

/** The first prefix in which something visible before is gone; null if there is none. */
function findLoss(text: string): string | null {
  let before = ''
  for (const [index, now] of readGrowing(text).entries()) {
    if (!now.startsWith(before)) return `${JSON.stringify(text.slice(0, index + 1))}: ${before} → ${now}`
    before = now
  }
  return null
}

const word = fc.constantFrom('one', 'two', 'Ω', '日本', 'x.y', '12', 'don’t', '(so)', 'co-op', 'a/b', '50 %')
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '))
const inline = fc.oneof(
  { weight: 4, arbitrary: words },
  words.map((text) => `**${text}**`),
  words.map((text) => `*${text}*`),
  words.map((text) => `_${text}_`),
  words.map((text) => `***${text}***`),
  words.map((text) => `~~${text}~~`),
  words.map((text) => `\`${text}\``),
  words.map((text) => `\`\`${text} \`x\` \`\``),
  words.map((text) => `**${text} \`code\` and *more* of it**`),
  words.map((text) => `[${text}](https://example.org/a_b "t")`),
  words.map((text) => `[**${text}**](https://example.org)`),
  words.map((text) => `![${text}](https://example.org/p.png)`),
  words.map((text) => `[\`${text}\`](https://example.org)`),
  words.map((text) => `**\`${text}\`**`),
  words.map((text) => `<sub>${text}</sub>`),
  words.map((text) => `<kbd>${text}</kbd>`),
  words.map((text) => `**<mark>${text}</mark>** and <u>*${text}*</u>`),
  words.map((text) => `**${text}：**正文`),
  words.map((text) => `含**「${text}」**内容~~${text}。~~後`),
  fc.constantFrom(
    '$x^2 + y$',
    '\\(a_b\\)',
    '$$e^x$$',
    '\\*',
    '&amp;',
    '<https://example.org>',
    '5 * 3',
    'a_b_c',
    'snake_case_',
    '** x',
    '[1]',
    '[x]',
    '(*a*)',
    '"**a**"',
    '`` ` ``',
    'https://a.example/x_y',
    '<b>',
    'C#',
    '2^10',
    'one<br>two<br />three',
    'https://a.example/b。后面',
    '~5',
  ),
)
const line = fc.array(inline, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '))
const block = fc.oneof(
  { weight: 3, arbitrary: line },
  fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([level, text]) => `${'#'.repeat(level)} ${text}`),
  fc.array(line, { minLength: 1, maxLength: 3 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
  fc.array(line, { minLength: 1, maxLength: 3 }).map((items) => items.map((item, index) => `${index + 1}. ${item}`).join('\n')),
  fc.array(line, { minLength: 1, maxLength: 3 }).map((items) => items.map((item) => `- [x] ${item}`).join('\n')),
  fc.tuple(line, line).map(([item, deeper]) => `- ${item}\n  - ${deeper}\n    - ${deeper}`),
  line.map((text) => `> ${text}`),
  fc.tuple(fc.constantFrom('NOTE', 'warning'), line).map(([kind, text]) => `> [!${kind}]\n> ${text}`),
  line.map((text) => `<details>\n<summary>More of it</summary>\n\n${text}\n\n</details>`),
  line.map((text) => `<details><summary>More</summary>\n${text}\n</details>`),
  line.map((text) => `<details><summary>More</summary>${text}</details>`),
  fc
    .array(fc.tuple(words, words), { minLength: 1, maxLength: 3 })
    .map((rows) => ['| A | B |', '| --- | :-: |', ...rows.map(([a, b]) => `| ${a}<br>x | **${b}** |`)].join('\n')),
  fc.constantFrom(
    '```ts\nconst a = `b`\n# no\n- no\n```',
    '~~~\n**x**\n\n[y](z)\n~~~',
    '---',
    '***',
    '$$\n\\frac{1}{2}\n$$',
    '\\[\nx\n\\]',
    '- one\n\n  two\n- three',
  ),
)
const text = fc.array(block, { minLength: 1, maxLength: 4 }).map((blocks) => `${blocks.join('\n\n')}\n`)

test('a text that grows by single characters never shows a mark for a moment or takes back visible text', () => {
  fc.assert(
    fc.property(text, (whole) => {
      expect(findLoss(whole)).toBe(null)
    }),
    { seed: 5, numRuns: 40 },
  )
})

/**
 * Cases that cannot be decided while the text grows, and are rendered the likelier way until then: unclosed marks apply to the end of their
 * block, words in brackets are a link until something else follows, a reference resolves when its name is defined, and a star between
 * two letters is a star until another one closes it.
 */
test.each([
  ['never **closed', 'never closed', 'never **closed'],
  ['see [the other one] there', 'see the other one', 'see [the other one] there'],
  ['it is 2*3*4 now', 'it is 2*3', 'it is 234 now'],
])('a known exception takes back visible text: %j', (whole, before, after) => {
  const seen = readGrowing(whole)
  const squeeze = (words: string) => words.replaceAll(/\s+/gu, '')
  expect(seen).toContain(squeeze(before))
  expect(seen.at(-1)).toBe(squeeze(after))
})

test('a table row never shows as a line of dashes, nor code as its fence', () => {
  const whole = '| A | B |\n| --- | --- |\n| one | `two` |\n| three | ``f `x` `` |\n| five | six |\n'
  for (const seen of readGrowing(whole)) expect(seen).toMatch(/^A?B?[^-|]*$/u)
  expect(findLoss(whole)).toBe(null)
})
