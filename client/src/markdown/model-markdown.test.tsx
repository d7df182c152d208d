import { I18nProvider } from '@lingui/react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { createMarkdownDocument } from './document/create-markdown-document.ts'
import { markdownToPlainText } from './document/markdown-to-plain-text.ts'
import { parseMarkdown } from './document/parse-markdown.ts'
import { rowsToTabs } from './document/markdown-to-plain-text.ts'
import { MarkdownImpl } from './markdown-impl.tsx'

const i18n = createI18n()
const render = (text: string, isGrowing = false) =>
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <MarkdownImpl text={text} isGrowing={isGrowing} />
    </I18nProvider>,
  )

describe('HTML that models write', () => {
  test.each([
    ['| a |\n| - |\n| 1 user<br>2 projects<br/>help |', '<td>1 user<br/>\n2 projects<br/>\nhelp</td>'],
    ['H<sub>2</sub>O and x<sup>2</sup>', 'H<sub>2</sub>O and x<sup>2</sup>'],
    ['<kbd>Ctrl</kbd>+<KBD>C</KBD>', '<kbd>Ctrl</kbd>+<kbd>C</kbd>'],
    ['<mark>**a**</mark> <u>b</u> <s>c</s>', '<mark><strong>a</strong></mark> <u>b</u> <s>c</s>'],
    ['<br>\n**a**', '<br/>\n'],
    ['> - x<sup>2</sup>', 'x<sup>2</sup>'],
  ])('%j renders its elements', (text, html) => {
    expect(render(text)).toContain(html)
  })

  test.each(['<b>a</b>', '<sub class="x">a</sub>', '<sub>a', 'a</sub>', '<u onclick="x">a</u>', '**a<sub>b**c</sub>'])(
    'other tags stay text: %j',
    (text) => {
      expect(render(text)).toMatch(/&lt;\/?[bsu]/u)
      expect(render(text)).not.toMatch(/<(?:sub|u|b)[ >]/u)
    },
  )

  test.each([
    '<details>\n<summary>More **of it**</summary>\n\n- one\n- two\n\n</details>\n\nEnd',
    '<details><summary>More **of it**</summary>\n- one\n- two\n</details>\nEnd',
  ])('details unfold Markdown: %j', (text) => {
    const html = render(text)
    expect(html).toMatch(/<details><summary dir="auto">More <strong>of it<\/strong><\/summary>.*<li dir="auto">one<\/li>/su)
    expect(html).toMatch(/<\/details>.*<p dir="auto">End<\/p>/su)
  })

  test('details in one line were shown as their source', () => {
    const html = render('Before\n\n<details><summary>More **of it**</summary>the `rest`</details>\nEnd')
    expect(html).toContain(
      '<details><summary dir="auto">More <strong>of it</strong></summary><p>the <code dir="ltr">rest</code></p></details>',
    )
    expect(html).toContain('<p dir="auto">End</p>')
    expect(markdownToPlainText('<details><summary>More</summary>rest</details>')).toBe('More\n\nrest')
    expect(render('<details><summary>a</summary><details>b</details></details>')).not.toContain('<details')
  })

  test('details without a summary have a name, with attributes they stay text', () => {
    expect(render('<details>\n\ntext\n\n</details>')).toContain('<summary dir="auto">Details</summary>')
    expect(render('<details open onclick="x">\n\ntext\n\n</details>')).not.toContain('<details')
  })

  test('no tag is visible while a text grows', () => {
    const text =
      'H<sub>2</sub>O<br>x\n\n<details>\n<summary>More</summary>\n\nBody **b**\n\n</details>\n\n<details><summary>S</summary>\nc\n</details>\n\n<details><summary>S</summary>d</details>\n\n| a |\n| - |\n| 1<br />2 |\n'
    for (let length = 1; length <= text.length; length += 1) {
      const html = render(text.slice(0, length), true)
      expect(html, `after ${length}`).not.toMatch(/&lt;/u)
    }
  })

  test('copied as plain text, a break is a line break and the tags are gone', () => {
    expect(markdownToPlainText('a<br>b H<sub>2</sub>O\n\n<details>\n<summary>More</summary>\n\n- one\n\n</details>')).toBe(
      'a\nb H2O\n\nMore\n\n- one',
    )
    expect(markdownToPlainText('> [!WARNING]\n> Hot')).toBe('Warning:\nHot')
  })

  test('copied for a spreadsheet, a cell with a break has two lines', () => {
    const [table] = parseMarkdown('| a | b |\n| - | - |\n| 1<br>"2" | 3 |', { links: [], footnotes: [] }).children
    expect(table?.type === 'table' && rowsToTabs(table.children)).toBe('a\tb\n"1\n""2"""\t3')
  })
})

describe('alerts', () => {
  test.each([
    ['NOTE', 'Note'],
    ['TIP', 'Tip'],
    ['IMPORTANT', 'Important'],
    ['WARNING', 'Warning'],
    ['caution', 'Caution'],
  ])('[!%s] has a name and an icon', (mark, label) => {
    const html = render(`> [!${mark}]\n> **Text**\n>\n> more`)
    expect(html).toContain(`<div role="note" aria-label="${label}"`)
    expect(html).toContain('<strong>Text</strong>')
    expect(html).not.toMatch(/\[!|blockquote/u)
  })

  test('an alert in a list is one, too; other quotes stay quotes', () => {
    expect(render('- x\n\n  > [!NOTE]\n  > Text')).toContain('role="note"')
    expect(render('> [!OTHER]\n> Text')).toContain('<blockquote')
    expect(render('> Text\n>\n> [!NOTE]\n> Text')).toContain('<blockquote')
  })
})

describe('Chinese, Japanese and Korean', () => {
  test.each([
    ['**注意：**正文', '<strong>注意：</strong>正文'],
    ['含**「重点」**内容', '含<strong>「重点」</strong>内容'],
    ['**“…”**是', '<strong>“…”</strong>是'],
    ['~~完了。~~後', '<del>完了。</del>後'],
    ['**Warning:**text', '**Warning:**text'],
    ['见 https://a.example/b。后面', '>https://a.example/b</a>。后面'],
    ['**看https://a.example/b。后**然后', '<strong>看'],
    ['（www.a.example）', '（'],
  ])('%s', (text, html) => {
    expect(render(text)).toContain(html)
  })

  test.each(['**注意：**正文', '含**「重点」**内容', '~~完了。~~後'])('%s shows no mark while it grows', (text) => {
    for (let length = 1; length <= text.length; length += 1)
      expect(render(text.slice(0, length), true).replaceAll(/<[^>]+>/gu, '')).not.toMatch(/[*~]/u)
  })
})

test('code does not decide the direction of a paragraph or an item', () => {
  expect(render('`npm install` ثم')).toContain('<p dir="auto"><code dir="ltr">npm install</code> ثم</p>')
  expect(render('- ثم\n- English')).toMatch(/<ul>\s*<li dir="auto">ثم<\/li>\s*<li dir="auto">English<\/li>/u)
})

test.each([
  ['quotes', '>'.repeat(3_000)],
  ['lists', `${'- '.repeat(400)}x`],
  ['tags', `${'<sub>'.repeat(1_000)}x${'</sub>'.repeat(1_000)}`],
  ['emphasis', `${'*a **b '.repeat(300)}${'c** d* '.repeat(300)}`],
])(
  'thousands of nested %s show their text',
  (_name, text) => {
    const html = render(text)
    expect(html.replaceAll(/<[^>]+>/gu, '').length).toBeGreaterThan(0)
    expect(Math.max(...[...html.matchAll(/(?:<blockquote[^>]*>\s*)+|(?:<sub>)+/gu)].map(([run]) => run.length), 0)).toBeLessThan(
      6_000,
    )
  },
  60_000,
)

test('20,000 characters without a space are split while they grow, and lines break anywhere in them', () => {
  const text = `See ${'iVBORw0KGgo'.repeat(2_000)}`
  const document = createMarkdownDocument()
  for (let length = 500; length < text.length; length += 500) document.update(text.slice(0, length), true)
  const { groups } = document.update(text, true)
  const [block] = groups.flatMap((group) => group.blocks)
  const pieces = block?.kind === 'paragraph' ? block.pieces.map((piece) => piece.source.length) : []
  expect(pieces.length).toBeGreaterThan(5)
  expect(Math.max(...pieces)).toBeLessThan(5_000)
  const html = render(text)
  expect(html).toContain('<span class="break-all">')
  expect(html.replaceAll(/<[^>]+>/gu, '')).toBe(text)
})

test('an embedded picture is shown, if it is one that cannot run and is not too large', () => {
  const picture = (type: string, length = 8) => `![a chart](data:image/${type};base64,${'A'.repeat(length)})`
  for (const type of ['png', 'jpeg', 'gif', 'webp']) expect(render(picture(type))).toContain(`<img src="data:image/${type}`)
  for (const text of [
    picture('svg+xml'),
    picture('png', 2_000_001),
    '![x](data:text/html;base64,AAAA)',
    '[x](data:image/png;base64,AAAA)',
  ])
    expect(render(text)).not.toMatch(/<(?:img|a)[ >]/u)
})

test('headings are below the heading of the answer, and look like the level that was written', () => {
  expect(render('# One\n\n## Two\n\n##### Five\n\n> # Quoted')).toMatch(
    /<h3 [^>]*class="heading-1">One<\/h3>.*<h4 [^>]*class="heading-2">Two<\/h4>.*<h6 [^>]*class="heading-5">Five.*<h3 [^>]*>Quoted/su,
  )
})

test('code without a language has a title', () => {
  expect(render('```\na\n```')).toContain('data-language="text"')
})

test('only a growing text is kept from translators', () => {
  expect(render('text', true)).toContain('translate="no"')
  expect(render('text')).not.toContain('translate')
})
