import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, expectTypeOf, test } from 'vitest'
import { english, laterEnglish, markdownEnglish, type TextId } from './english/index.ts'
import { createI18n } from './i18n.ts'
import './later-english.ts'
import './markdown-english.ts'

test('every text is valid MessageFormat and not empty', () => {
  const i18n = createI18n()
  for (const [id, message] of Object.entries(english)) {
    const values = Object.fromEntries([...message.matchAll(/\{(\w+)/gu)].map(([, name = '']) => [name, 2]))
    const text = i18n._(id, values)
    expect(text, id).not.toBe('')
    expect(text, id).not.toMatch(/[{}]/u)
  }
})

test('a plural text has the right form for each number', () => {
  const i18n = createI18n()
  const format = (count: number) => i18n._('conversations.summary' satisfies TextId, { count, when: 'today' })
  expect([format(0), format(1), format(2)]).toEqual(['No messages · today', '1 message · today', '2 messages · today'])
})

test('no text has an exclamation mark: the tone is calm', () => {
  expect(Object.values(english).filter((message) => message.includes('!'))).toEqual([])
})

test('an unknown id is a type error', () => {
  expectTypeOf<'no.such.text'>().not.toExtend<TextId>()
})

const source = join(import.meta.dirname, '..')
const catalogue = join(import.meta.dirname, 'english')

test('no two features define the same id', async () => {
  const files = readdirSync(catalogue).filter((name) => name !== 'index.ts')
  const modules = await Promise.all(files.map((name) => import(join(catalogue, name)) as Promise<Record<string, object>>))
  const ids = modules.flatMap((module) => Object.values(module).flatMap((texts) => Object.keys(texts)))
  expect(ids.toSorted()).toEqual(Object.keys(english).toSorted())
})

test('every text is used', () => {
  const { literals, patterns } = readUsedIds()
  const isUsed = (id: string) => literals.has(id) || patterns.some((pattern) => pattern.test(id))
  expect(Object.keys(english).filter((id) => !isUsed(id))).toEqual([])
})

/** Parts of the page that load the texts which are not needed at first. */
const loadsLaterTexts = new RegExp(
  [
    String.raw`features/export/data-settings`,
    String.raw`^(?:providers|parameters)/`,
    String.raw`features/(?:account|admin|files|import|planner|settings|sharing|usage|voice)/`,
    String.raw`features/search/(?:search-page|filter-bar)`,
    String.raw`answer-(?:details|notes)`,
    String.raw`sent-request`,
    String.raw`features/conversations/(?:(?:new-)?conversation-settings|earlier-versions)`,
    String.raw`message-reactions`,
    String.raw`remark-view`,
    String.raw`steer-(?:button|answer)`,
    String.raw`tool-calls/decisions/`,
    String.raw`tool-call-details`,
    String.raw`markdown/link-question`,
  ].join('|'),
  'u',
)

test('a text that is loaded later is used only by parts that load it', () => {
  const later = new Set<string>(Object.keys(laterEnglish))
  const tooEarly = readSources()
    .filter(({ path }) => !loadsLaterTexts.test(path))
    .flatMap(({ path, content }) =>
      [...content.matchAll(/text\('([\w.-]+)'/gu)].flatMap(([, id = '']) => (later.has(id) ? [`${path}: ${id}`] : [])),
    )
  expect(tooEarly).toEqual([])
})

test('a text of Markdown is used only by parts that draw it', () => {
  const ids = Object.keys(markdownEnglish)
  const elsewhere = readSources().filter(
    ({ path, content }) => !path.startsWith('markdown/') && ids.some((id) => content.includes(`'${id}'`)),
  )
  expect(elsewhere.map(({ path }) => path)).toEqual([])
})

/** Ids that the source names: whole ones in quotes, and template literals with a fixed part, e.g. `tokens.scope.${scope}`. */
function readUsedIds(): { literals: ReadonlySet<string>; patterns: readonly RegExp[] } {
  const literals = new Set<string>()
  const patterns: RegExp[] = []
  for (const { content } of readSources()) {
    for (const [, id = ''] of content.matchAll(/'([a-z][\w.-]*)'/gu)) literals.add(id)
    for (const [, template = ''] of content.matchAll(/`([a-z][a-z-]*\.(?:[\w.-]|\$\{(?:[^`{}]|\{[^{}]*\})*\})*)`/gu)) {
      if (template.includes('${')) patterns.push(templateToPattern(template))
    }
  }
  return { literals, patterns }
}

function templateToPattern(template: string): RegExp {
  const fixed = template.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/u).map((part) => part.replaceAll('.', String.raw`\.`))
  return new RegExp(`^${fixed.join(String.raw`[\w.-]+`)}$`, 'u')
}

function readSources(): { readonly path: string; readonly content: string }[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/u.test(path) && !path.includes('.test.') && !path.startsWith('i18n'))
    .map((path) => ({ path, content: readFileSync(join(source, path), 'utf8') }))
}
