// @vitest-environment happy-dom
import { I18nProvider } from '@lingui/react'
import fc from 'fast-check'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { MarkdownImpl } from './markdown-impl.tsx'
import { arbitraryMarkdown, chunkText } from './test/arbitrary-markdown.ts'
import { normaliseHtml } from './test/normalise-html.ts'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
const i18n = createI18n()

function mount() {
  const host = document.createElement('div')
  const root = createRoot(host)
  return {
    host,
    show: (text: string, isGrowing: boolean) =>
      act(() =>
        root.render(
          <I18nProvider i18n={i18n}>
            <MarkdownImpl text={text} isGrowing={isGrowing} />
          </I18nProvider>,
        ),
      ),
    close: () => act(() => root.unmount()),
  }
}

test('a text that grew while mounted has the same elements as one mounted complete', () => {
  fc.assert(
    fc.property(arbitraryMarkdown, fc.nat(), (text, chance) => {
      const growing = mount()
      let shown = ''
      for (const chunk of chunkText(text, 'random', chance)) {
        shown += chunk
        growing.show(shown, true)
      }
      growing.show(text, false)
      const whole = mount()
      whole.show(text, false)
      expect(normaliseHtml(growing.host.innerHTML)).toBe(normaliseHtml(whole.host.innerHTML))
      growing.close()
      whole.close()
    }),
    { seed: 5, numRuns: 40 },
  )
}, 120_000)

test('settled content keeps its elements while a list, a table, code or a paragraph grows', () => {
  const texts = [
    Array.from({ length: 130 }, (_, index) => `- item ${index}\n`).join(''),
    `| a | b |\n| - | - |\n${Array.from({ length: 130 }, (_, index) => `| ${index} | x |\n`).join('')}`,
    `\`\`\`\n${Array.from({ length: 130 }, (_, index) => `line ${index}\n`).join('')}`,
    Array.from({ length: 900 }, (_, index) => `word${index} `).join(''),
    Array.from({ length: 130 }, (_, index) => `Paragraph ${index}\n\n`).join(''),
  ]
  for (const text of texts) {
    const growing = mount()
    growing.show(text.slice(0, text.length / 2), true)
    const early = [...growing.host.querySelectorAll('li, td, p, code > span')].slice(0, 1)
    const content = early[0]?.firstChild
    growing.show(text, false)
    expect(growing.host.contains(early[0] ?? null), text.slice(0, 20)).toBe(true)
    expect(growing.host.contains(content ?? null), text.slice(0, 20)).toBe(true)
    growing.close()
  }
})
