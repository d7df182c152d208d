// @vitest-environment happy-dom
import './test/standards-mode.ts'
import { I18nProvider } from '@lingui/react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { createI18n } from '../i18n/i18n.ts'
import { createMarkdownDocument } from './document/create-markdown-document.ts'
import { MarkdownImpl } from './markdown-impl.tsx'
import { typeset } from './typeset.ts'

const i18n = createI18n()
const render = (text: string, isGrowing = false) =>
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <MarkdownImpl text={text} isGrowing={isGrowing} />
    </I18nProvider>,
  )
/** As a browser reads it: what is text in the page does not count. */
function read(html: string): readonly Element[] {
  const template = document.createElement('template')
  template.innerHTML = html
  return [...template.content.querySelectorAll('*')]
}

const payloads = [
  '<script>alert(1)</script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><script href="data:text/javascript,alert(1)"/></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe src="javascript:alert(1)">',
  '<object data="javascript:alert(1)">',
  '<embed src="//evil.example">',
  '<details open ontoggle=alert(1)>',
  '<details><summary onclick=alert(1)>x</summary></details>',
  '<video><source onerror=alert(1)></video>',
  '<picture><source srcset="https://evil.example/x"><img></picture>',
  '<link rel=stylesheet href=//evil.example>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '<base href="//evil.example/">',
  '<form action="//evil.example"><input name=password><button>Sign in</button></form>',
  '<div style="position:fixed;inset:0" class="fixed inset-0">Sign in</div>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://a.example" onclick="alert(1)">x</a>',
  '<b onmouseover=alert(1)>x</b>',
  '<sub style="color:red">x</sub>',
  '<textarea autofocus onfocus=alert(1)>',
  '<template><script>alert(1)</script></template>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[><img src=x onerror=alert(1)>]]>',
  '`<img src=x onerror=alert(1)>`',
  '```html\n<img src=x onerror=alert(1)>\n```',
  '[x](https://a.example "title\\" onclick=\\"alert(1)")',
  '![x](https://a.example/y "a\\" onerror=\\"alert(1)")',
  '| a |\n| - |\n| <img src=x onerror=alert(1)> |',
  '[^1]\n\n[^1]: <img src=x onerror=alert(1)>',
  '<https://a.example/"onclick="alert(1)>',
]
const forbidden = new Set(
  'script,style,iframe,object,embed,link,meta,base,form,textarea,select,source,picture,video,audio,template,math,frame'.split(
    ',',
  ),
)

/** What is wrong with a page of elements, in words. */
function findFaults(html: string): readonly string[] {
  return read(html).flatMap((element) => {
    const name = element.tagName.toLowerCase()
    const faults = forbidden.has(name) ? [`<${name}>`] : []
    for (const attribute of element.attributes) {
      if (/^on/iu.test(attribute.name)) faults.push(`${name} ${attribute.name}`)
      if (/^(?:srcset|srcdoc|formaction|action|ping)$/iu.test(attribute.name)) faults.push(`${name} ${attribute.name}`)
      if (/^(?:href|src)$/iu.test(attribute.name) && !/^(?:https?:|mailto:|tel:|#|data:image\/)/iu.test(attribute.value)) {
        faults.push(`${name} ${attribute.name}=${attribute.value}`)
      }
    }
    return faults
  })
}

describe('HTML of a model', () => {
  test('the search for faults finds them: a control', () => {
    for (const text of ['<script></script>', '<b onclick="x">y</b>', '<a href="javascript:x">y</a>', '<source srcset="x">']) {
      expect(findFaults(text)).not.toEqual([])
    }
  })

  test.each(['html', 'svg', 'xml', 'mermaid', 'javascript', 'text/html', 'jsx'])(
    'a document of the model in a block of %s is text, and no part of the page around it (attack F6)',
    (language) => {
      const document = '<svg onload="parent.alert(1)"><foreignObject><iframe srcdoc="x"></iframe></foreignObject></svg>'
      for (const isGrowing of [true, false]) {
        const elements = read(render(`\`\`\`${language}\n${document}\n\`\`\``, isGrowing))
        expect(elements.some(({ textContent }) => textContent.includes('parent.alert(1)'))).toBe(true)
        expect(
          elements.filter(({ localName }) => /^(?:iframe|object|embed|script|foreignobject|frame)$/u.test(localName)),
        ).toEqual([])
        expect(elements.flatMap(({ attributes }) => [...attributes]).filter(({ name }) => /^on|^srcdoc$/u.test(name))).toEqual([])
      }
    },
  )

  test.each(payloads)('%s runs nothing and loads nothing, whole and at every length (attacks F1, G14)', (text) => {
    expect(findFaults(render(text))).toEqual([])
    for (let length = 1; length < text.length; length += 1) expect(findFaults(render(text.slice(0, length), true))).toEqual([])
  })
})

describe('a formula', () => {
  const draw = (formula: string) => {
    const element = document.createElement('div')
    return typeset(formula, element, true) ? element.innerHTML : null
  }

  test('is drawn: a control', () => {
    expect(draw('x^2')).toContain('katex')
  })

  test.each([
    String.raw`\href{javascript:alert(1)}{x}`,
    String.raw`\url{https://evil.example}`,
    String.raw`\includegraphics{https://evil.example/x.png}`,
    String.raw`\htmlStyle{position:fixed}{x}`,
    String.raw`\htmlClass{fixed}{x}`,
    String.raw`\htmlData{a=b}{x}`,
  ])('%s links, loads and styles nothing (attack F5)', (formula) => {
    const elements = read(draw(formula) ?? '')
    expect(elements.filter(({ tagName }) => /^(?:a|img)$/iu.test(tagName))).toEqual([])
    expect(elements.filter((element) => /position:\s*fixed/u.test(element.getAttribute('style') ?? ''))).toEqual([])
    expect(elements.filter((element) => element.classList.contains('fixed') || element.hasAttribute('data-a'))).toEqual([])
  })

  test('that expands without end is refused in no time (attack F5)', () => {
    const startedMs = performance.now()
    expect(draw(String.raw`\def\a#1{\a{#1#1}}\a{x}`)).toBeNull()
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })
})

test.each([
  ['3,000 quotes', '>'.repeat(3_000)],
  ['3,000 lists', '- '.repeat(3_000)],
  ['10,000 open brackets', '['.repeat(10_000)],
  ['10,000 open emphases', '*a '.repeat(10_000)],
  ['10,000 backticks of all lengths', Array.from({ length: 140 }, (_, index) => '`'.repeat(index)).join(' ')],
  ['5,000 fences', '```\n'.repeat(5_000)],
  ['a word of 100,000 letters', 'x'.repeat(100_000)],
  ['3,000 details', '<details>'.repeat(3_000)],
])('%s is drawn soon, and throws nothing (attack F11)', (_name, text) => {
  const startedMs = performance.now()
  const markdown = createMarkdownDocument()
  markdown.update(text, false)
  render(text.slice(0, 20_000))
  // A second on an idle machine; minutes before.
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})
