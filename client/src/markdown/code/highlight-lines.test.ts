import { expect, test } from 'vitest'
import { loadGrammars } from './grammars.ts'
import { createLineHighlighter } from './highlight-lines.ts'
import type { HighlightedLine } from './highlight-protocol.ts'
import { toLanguage } from './languages.ts'

const shared = createLineHighlighter()

/** The tokens of a line, each with its kind. */
function show(line: string, highlighted: HighlightedLine): string[] {
  let from = 0
  return highlighted.map(([until, kind]) => {
    const piece = line.slice(from, until)
    from = until
    return kind === '' ? piece.trim() : `${kind}:${piece.trim()}`
  })
}

test('tokens have kinds', async () => {
  const line = "const a = call('x', 12) // why"
  const { lines } = await shared.highlight({ block: 1, language: 'ts', from: 0, text: line, openLines: 0 })
  const shown = show(line, lines?.[0] ?? [])
  expect(shown).toContain('keyword:const')
  expect(shown).toContain("string:'x'")
  expect(shown).toContain('number:12')
  expect(shown).toContain('function:call')
  expect(shown).toContain('comment:// why')
})

test('highlighting line by line gives the same result as highlighting all lines together, across multi-line strings and comments', async () => {
  const text = [
    '/* begins',
    'const no = 1',
    'ends */ const a = `t',
    '${b + 1} u`',
    '// one line',
    'class C extends D {}',
    '',
  ].join('\n')
  const whole = await shared.highlight({ block: 1, language: 'ts', from: 0, text, openLines: 0 })
  const highlighter = createLineHighlighter()
  const single: HighlightedLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    // First as an unfinished line, then as a complete one.
    await highlighter.highlight({ block: 7, language: 'ts', from: index, text: line.slice(0, 5), openLines: 1 })
    const { lines } = await highlighter.highlight({ block: 7, language: 'ts', from: index, text: line, openLines: 0 })
    single.push(...(lines ?? []))
  }
  expect(single).toEqual(whole.lines)
})

test('an unknown language and a released block give no lines', async () => {
  const highlighter = createLineHighlighter()
  const request = { block: 1, language: 'klingon', from: 0, text: 'x', openLines: 0 }
  expect(await highlighter.highlight(request)).toEqual({ block: 1, from: 0, lines: null })
  await highlighter.highlight({ ...request, language: 'js' })
  highlighter.forget(1)
  expect(await highlighter.highlight({ ...request, language: 'js', from: 1 })).toEqual({ block: 1, from: 1, lines: null })
})

test.each(['ts', 'python', 'sh', 'sql', 'json', 'html', 'css', 'rust', 'go', 'diff', 'yaml', 'c++', 'Java'])(
  'the engine can run the grammar of %s',
  async (language) => {
    const { lines } = await shared.highlight({ block: 1, language, from: 0, text: 'a "b" 1\n', openLines: 0 })
    expect(lines).toHaveLength(2)
  },
)

test('every language name has a grammar', async () => {
  for (const name of ['bash', 'clojure', 'dockerfile', 'make', 'terraform', 'zig', 'vue', 'latex', 'nix', 'swift']) {
    const language = toLanguage(name)
    expect(language).toBe(name)
    if (language !== null) expect((await loadGrammars(language)).length).toBeGreaterThan(0)
  }
})
