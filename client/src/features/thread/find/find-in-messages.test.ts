import { expect, test } from 'vitest'
import { toMessage } from '../../../../test/fake-log-server.ts'
import { createFinder, positionOf, stepMatch } from './find-in-messages.ts'
import { markdownToPlain } from '../model/markdown-to-plain.ts'

const messages = [
  toMessage('a', { content: 'The kelp holds. KELP holds fast.' }),
  toMessage('b', {
    role: 'assistant',
    content: '# Kelp\n\nIt **holds\nfast** to the [rock](https://kelp.example), `kelp` and all.',
  }),
  toMessage('c', { content: 'nothing here' }),
]

test('each match is counted once, ignoring case and Markdown syntax', () => {
  expect(createFinder('kelp')(messages)).toEqual({
    hits: [
      { messageId: 'a', count: 2, before: 0 },
      { messageId: 'b', count: 2, before: 2 },
    ],
    total: 4,
  })
  expect(createFinder('It holds fast to the rock,')(messages).total, 'across marks and lines').toBe(1)
  expect(createFinder('  ')(messages).total).toBe(0)
})

test('"cafe" finds "café", and the other way round, as the global search does', () => {
  const words = [toMessage('a', { content: 'Café crème' }), toMessage('b', { content: 'cafe cre\u0300me' })]
  expect(createFinder('cafe creme')(words).total).toBe(2)
  expect(createFinder('CAFÉ')(words).total).toBe(2)
  expect(createFinder('İ')(messages)).toEqual(createFinder('i')(messages))
})

test('stepping wraps around, and reports the position', () => {
  const hits = createFinder('kelp')(messages)
  const positions: (number | null)[] = []
  let match = stepMatch(hits, null, 1)
  for (let step = 0; step < 5; step += 1) {
    positions.push(positionOf(hits, match))
    match = stepMatch(hits, match, 1)
  }
  expect(positions).toEqual([1, 2, 3, 4, 1])
  expect(positionOf(hits, stepMatch(hits, null, -1))).toBe(4)
  expect(stepMatch({ hits: [], total: 0 }, null, 1)).toBeNull()
})

test.each([
  ['a **b** _c_ ~~d~~ `e*f` snake_case_name', 'a b c d e*f snake_case_name'],
  ['- [x] done\n- other\n1. one', 'done\nother\none'],
  ['> quoted\n> on', 'quoted\non'],
  ['| a | b |\n|---|:-:|\n| 1 | 2 |', '  a   b  \n  1   2  '],
  ['```ts\nconst a = "**"\n```\nafter', 'const a = "**"\nafter'],
  ['1 \\* 2 and 3 - 4', '1 * 2 and 3 - 4'],
  ['<details><summary>More</summary>the **rest**</details>', 'More\nthe rest'],
  ['<details>\n<summary>More</summary>\n\nrest\n</details>', '\nMore\n\nrest\n'],
  ['> [!NOTE]\n> Hot', '\nHot'],
  ['H<sub>2</sub>O, a<br>b, <kbd>Ctrl</kbd>', 'H2O, a\nb, Ctrl'],
  ['[text][ref] ![alt](https://a.example)', 'text alt'],
])('%j reads %j', (markdown, plain) => {
  expect(markdownToPlain(markdown)).toBe(plain)
})
