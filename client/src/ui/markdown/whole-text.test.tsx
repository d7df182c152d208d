import { I18nProvider } from '@lingui/react'
import fc from 'fast-check'
import { renderToStaticMarkup } from 'react-dom/server'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { createI18n } from '../../i18n/i18n.ts'
import { BlockGroupView } from './block-view.tsx'
import { createMarkdownDocument, type MarkdownDocument } from './document/create-markdown-document.ts'
import { FootnoteSection } from './footnote-section.tsx'
import { markdownComponents } from './markdown-components.tsx'
import { arbitraryMarkdown, chunkText } from './test/arbitrary-markdown.ts'
import { normaliseHtml } from './test/normalise-html.ts'

const i18n = createI18n()

function render(document: MarkdownDocument, text: string, isGrowing: boolean): string {
  const { groups, definitions } = document.update(text, isGrowing)
  return normaliseHtml(
    renderToStaticMarkup(
      <I18nProvider i18n={i18n}>
        {groups.map((group) => (
          <BlockGroupView key={group.key} group={group} definitions={definitions} prefix="note-" />
        ))}
        {definitions.numbers.size > 0 && <FootnoteSection definitions={definitions} prefix="note-" />}
      </I18nProvider>,
    ),
  )
}

/** Cut wherever that is possible without a parser. */
const inSections = { longLength: 0, sectionLength: 1 }
const renderFresh = (text: string, isGrowing = false) => render(createMarkdownDocument(), text, isGrowing)

/** The whole text at once, by the library whose output is the measure. */
function renderByLibrary(text: string): string {
  return normaliseHtml(
    renderToStaticMarkup(
      <I18nProvider i18n={i18n}>
        <ReactMarkdown remarkPlugins={[[remarkGfm, { singleTilde: false }]]} components={markdownComponents}>
          {text}
        </ReactMarkdown>
      </I18nProvider>,
    ),
  )
}

const seed = 5
const runs = 40
/** On a machine that has other things to do. */
const patientMs = 120_000
/** At so many places of each text, other ones for each, the two are compared. */
const looksPerText = 12

test(
  'a whole text looks as the library renders it',
  () => {
    fc.assert(
      fc.property(arbitraryMarkdown, (text) => {
        expect(renderFresh(text)).toBe(renderByLibrary(text))
      }),
      { seed, numRuns: runs * 6 },
    )
  },
  patientMs,
)

test(
  'a long text, of which only what is looked at is parsed, looks as the library renders it; also when it grows then',
  () => {
    fc.assert(
      fc.property(arbitraryMarkdown, fc.nat(), (text, cut) => {
        expect(render(createMarkdownDocument(inSections), text, false)).toBe(renderByLibrary(text))
        const document = createMarkdownDocument(inSections)
        const prefix = text.slice(0, cut % (text.length + 1))
        expect(render(document, prefix, true)).toBe(renderFresh(prefix, true))
        expect(render(document, text, true)).toBe(renderFresh(text, true))
        expect(render(document, text, false)).toBe(renderByLibrary(text))
      }),
      { seed, numRuns: runs * 6 },
    )
  },
  patientMs,
)

test(
  'a text that came in pieces looks as the same text that came at once, at any length',
  () => {
    fc.assert(
      fc.property(arbitraryMarkdown, fc.constantFrom(1, 5, 40, 'random' as const), fc.nat(), (text, size, chance) => {
        const document = createMarkdownDocument()
        let shown = ''
        const chunks = chunkText(text, size, chance)
        const looks = Math.ceil(chunks.length / looksPerText)
        for (const [index, chunk] of chunks.entries()) {
          shown += chunk
          document.update(shown, true)
          if ((index + chance) % looks === 0) expect(render(document, shown, true)).toBe(renderFresh(shown, true))
        }
        expect(render(document, text, false)).toBe(renderByLibrary(text))
      }),
      { seed, numRuns: runs },
    )
  },
  patientMs,
)

test(
  'a text that grows again after it has ended, or becomes another, is shown as what it is',
  () => {
    fc.assert(
      fc.property(arbitraryMarkdown, arbitraryMarkdown, fc.nat(), (text, other, cut) => {
        const document = createMarkdownDocument()
        const prefix = text.slice(0, cut % (text.length + 1))
        expect(render(document, prefix, false)).toBe(renderFresh(prefix))
        expect(render(document, text, true)).toBe(renderFresh(text, true))
        expect(render(document, text, false)).toBe(renderFresh(text))
        expect(render(document, other, true)).toBe(renderFresh(other, true))
      }),
      { seed, numRuns: runs },
    )
  },
  patientMs,
)

test.each([
  ['of words', Array.from({ length: 2_500 }, (_, index) => `word${index}`).join(' ')],
  ['with marks', Array.from({ length: 500 }, (_, index) => `word${index}, **bold ${index}** and \`code ${index}\`:`).join(' ')],
  ['of many lines', Array.from({ length: 500 }, (_, index) => `line ${index} *with* marks`).join('\n')],
  ['that refers', `${Array.from({ length: 500 }, (_, index) => `see [ref] ${index}`).join(' ')}\n\n[ref]: https://example.org\n`],
  ['with an open mark', `5 * 3 ${Array.from({ length: 2_500 }, (_, index) => `word${index}`).join(' ')}`],
])(
  'a very long paragraph %s looks as the library renders it, however it came',
  (_name, text) => {
    const document = createMarkdownDocument()
    for (let length = 97; length < text.length; length += 97) document.update(text.slice(0, length), true)
    expect(render(document, text, false)).toBe(renderByLibrary(text))
    expect(renderFresh(text)).toBe(renderByLibrary(text))
  },
  patientMs,
)

test(
  'what a long paragraph shows while it grows is its beginning, and never less than before',
  () => {
    const text = Array.from({ length: 1_500 }, (_, index) => `t${index + 1}`).join(' ')
    const document = createMarkdownDocument()
    let longest = 0
    for (let length = 1; length <= text.length; length += 13) {
      const { groups } = document.update(text.slice(0, length), true)
      const shown = groups
        .flatMap((group) => group.blocks)
        .flatMap((block) => (block.kind === 'paragraph' ? block.segments : []))
        .flatMap((segment) => segment.parsed)
        .map((node) => (node.type === 'text' ? node.value : ''))
        .join('')
      expect(text.startsWith(shown)).toBe(true)
      expect(shown.length).toBeGreaterThanOrEqual(longest)
      longest = shown.length
    }
  },
  patientMs,
)

test(
  'a list and a table of hundreds of entries look as the library renders them, however they came',
  () => {
    const items = Array.from({ length: 260 }, (_, index) => `${index + 3}. item **${index}**${index === 170 ? '\n' : ''}`).join(
      '\n',
    )
    const rows = Array.from({ length: 360 }, (_, index) => `| ${index} | *x* |`).join('\n')
    const text = `${items}\n\n| a | b |\n| --: | - |\n${rows}\n\nEnd`
    const document = createMarkdownDocument()
    for (let length = 31; length < text.length; length += 31) document.update(text.slice(0, length), true)
    expect(render(document, text, false)).toBe(renderByLibrary(text))
  },
  patientMs,
)

test('line feeds of any kind, a mark of byte order and NUL are what they are to the library', () => {
  const text = '\u{feff}# Title\r\n\r\nOne\rtwo \0\r\n\r\n```\r\na\r\nb\r\n```\r\n\r\n- x\r\n- y\r\n'
  const document = createMarkdownDocument()
  for (let length = 1; length < text.length; length += 1) {
    const prefix = text.slice(0, length)
    expect(render(document, prefix, true)).toBe(renderFresh(prefix, true))
  }
  expect(render(document, text, false)).toBe(renderByLibrary(text))
})
