import { I18nProvider } from '@lingui/react'
import fc from 'fast-check'
import type { Root } from 'mdast'
import { renderToStaticMarkup } from 'react-dom/server'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { BlockGroupView } from './block-view.tsx'
import { createMarkdownDocument, type MarkdownDocument } from './document/create-markdown-document.ts'
import { mdastExtensions, shapeParsed, syntaxExtensions } from './document/parse-markdown.ts'
import { FootnoteSection } from './footnote-section.tsx'
import { markdownComponents } from './markdown-components.tsx'
import { textHandlers } from './node-to-element.ts'
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

/** Lazy groups as short as possible. */
const inLazyGroups = { longLength: 0, lazyGroupLength: 1 }
const renderFresh = (text: string, isGrowing = false) => render(createMarkdownDocument(), text, isGrowing)

interface Processor {
  readonly data: () => { micromarkExtensions?: unknown[]; fromMarkdownExtensions?: unknown[] }
}

/** Gives the reference library the grammar that this renderer adds. */
function remarkOurs(this: unknown) {
  const data = (this as Processor).data()
  ;(data.micromarkExtensions ??= []).push(...syntaxExtensions)
  ;(data.fromMarkdownExtensions ??= []).push(...mdastExtensions)
  return (tree: Root, file: { readonly value: unknown }) => shapeParsed(tree, String(file.value))
}

/** The whole text, rendered by the reference library. */
function renderByLibrary(text: string): string {
  return normaliseHtml(
    renderToStaticMarkup(
      <I18nProvider i18n={i18n}>
        <ReactMarkdown
          remarkPlugins={[[remarkGfm, { singleTilde: false }], remarkOurs]}
          remarkRehypeOptions={{ handlers: textHandlers, footnoteLabelTagName: 'h1' }}
          components={markdownComponents}
        >
          {text}
        </ReactMarkdown>
      </I18nProvider>,
    ),
  )
}

const seed = 5
const runs = 40
/** Allows for a busy machine, in milliseconds. */
const patientMs = 120_000
/** Number of positions in each text at which the two are compared; they differ between texts. */
const looksPerText = 12

test(
  'a whole text renders as by the reference library',
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
  'a text with lazy groups renders as by the reference library, also when it grows afterwards',
  () => {
    fc.assert(
      fc.property(arbitraryMarkdown, fc.nat(), (text, cut) => {
        expect(render(createMarkdownDocument(inLazyGroups), text, false)).toBe(renderByLibrary(text))
        const document = createMarkdownDocument(inLazyGroups)
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
  'a text that arrived in chunks renders as one that arrived whole, at any length',
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
  'a text that grows after it has ended, or is replaced, renders correctly',
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
  [
    'with references',
    `${Array.from({ length: 500 }, (_, index) => `see [ref] ${index}`).join(' ')}\n\n[ref]: https://example.org\n`,
  ],
  ['with an open mark', `5 * 3 ${Array.from({ length: 2_500 }, (_, index) => `word${index}`).join(' ')}`],
])(
  'a very long paragraph %s renders as by the reference library, whether it grew or arrived whole',
  (_name, text) => {
    const document = createMarkdownDocument()
    for (let length = 97; length < text.length; length += 97) document.update(text.slice(0, length), true)
    expect(render(document, text, false)).toBe(renderByLibrary(text))
    expect(renderFresh(text)).toBe(renderByLibrary(text))
  },
  patientMs,
)

test(
  'a long growing paragraph shows a prefix of its text, and never less than before',
  () => {
    const text = Array.from({ length: 1_500 }, (_, index) => `t${index + 1}`).join(' ')
    const document = createMarkdownDocument()
    let longest = 0
    for (let length = 1; length <= text.length; length += 13) {
      const { groups } = document.update(text.slice(0, length), true)
      const shown = groups
        .flatMap((group) => group.blocks)
        .flatMap((block) => (block.kind === 'paragraph' ? block.pieces : []))
        .flatMap((piece) => piece.parsed)
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
  'a growing list and table of hundreds of entries render as by the reference library',
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

test('other line endings, a byte order mark and NUL are treated as by the reference library', () => {
  const text = '\u{feff}# Title\r\n\r\nOne\rtwo \0\r\n\r\n```\r\na\r\nb\r\n```\r\n\r\n- x\r\n- y\r\n'
  const document = createMarkdownDocument()
  for (let length = 1; length < text.length; length += 1) {
    const prefix = text.slice(0, length)
    expect(render(document, prefix, true)).toBe(renderFresh(prefix, true))
  }
  expect(render(document, text, false)).toBe(renderByLibrary(text))
})
