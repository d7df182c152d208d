import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectDefinitions, splitBlocks } from './split-blocks.ts'

const lines = (...parts: string[]) => parts.join('\n')

test('paragraphs, headings and rules that stand apart are blocks of their own', () => {
  expect(splitBlocks(lines('# Title', '', 'One', 'two', '', '---', '', 'Three'))).toEqual([
    '# Title\n\n',
    'One\ntwo\n\n',
    '---\n\n',
    'Three',
  ])
})

test('a fence holds everything up to its end, blank lines and other fences too', () => {
  const code = lines('```md', 'a', '', '~~~', '', '# not a title', '``` not the end', '````', '')
  expect(splitBlocks(`${code}\nAfter`)).toEqual([`${code}\n`, 'After'])
})

test('a fence that is still open holds the rest', () => {
  const text = lines('Before', '', '```ts', 'const a = 1', '', 'const b = 2')
  expect(splitBlocks(text)).toEqual(['Before\n\n', lines('```ts', 'const a = 1', '', 'const b = 2')])
})

test('a fence inside a list item belongs to the list', () => {
  const list = lines('- item', '', '  ```', '  code', '', '  more', '  ```', '', '- next')
  expect(splitBlocks(`${list}\n\nAfter`)).toEqual([`${list}\n\n`, 'After'])
})

test('a loose list is one block, with its paragraphs and nested lists', () => {
  const list = lines('1. one', '', '   still one', '', '2. two', '   - nested', '', '     deep', '', '3. three')
  expect(splitBlocks(`${list}\n\nAfter`)).toEqual([`${list}\n\n`, 'After'])
})

test('indented code is one block over blank lines', () => {
  const code = lines('    one', '', '    two')
  expect(splitBlocks(`Before\n\n${code}\n\nAfter`)).toEqual([`Before\n\n${code}\n\n`, 'After'])
  expect(splitBlocks(`${code}\n\nAfter`)).toEqual([`${code}\n\n`, 'After'])
})

test('a comment in HTML goes on over blank lines', () => {
  expect(splitBlocks('<!-- one\n\ntwo -->\n')).toHaveLength(1)
})

test('with footnotes the text stays whole: they are numbered over all of it', () => {
  expect(splitBlocks('One[^1]\n\nTwo\n\n[^1]: Note')).toHaveLength(1)
})

test('blank lines in front belong to the first block', () => {
  expect(splitBlocks('\n\nOne\n\nTwo')).toEqual(['\n\nOne\n\n', 'Two'])
})

test('definitions are found, but not in code', () => {
  const text = lines('[a]: https://a.example', '', '```', '[b]: https://b.example', '```', '', ' [c d]: <https://c.example> "C"')
  expect(collectDefinitions(text)).toBe(lines('[a]: https://a.example', ' [c d]: <https://c.example> "C"'))
})

const fragment = fc.constantFrom(
  '# T',
  'word',
  '- a',
  '  b',
  '1. x',
  '',
  '',
  '```',
  '~~~',
  '> q',
  '    code',
  '|a|b|',
  '|-|-|',
  '\t',
  '<div>',
  '***',
  '$',
)

test('the blocks are the text, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string({ unit: 'binary' })), { maxLength: 30 }), (parts) => {
      const text = parts.join('\n')
      expect(splitBlocks(text).join('')).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('blocks that have settled stay as they are while the text grows', () => {
  fc.assert(
    fc.property(fc.array(fragment, { minLength: 2, maxLength: 30 }), fc.nat(), (parts, cut) => {
      const text = parts.join('\n')
      const prefix = text.slice(0, cut % (text.length + 1))
      const settled = splitBlocks(prefix).slice(0, -1)
      // The last block may grow; a blank tail may join the one before.
      expect(splitBlocks(text).slice(0, Math.max(0, settled.length - 1))).toEqual(
        settled.slice(0, Math.max(0, settled.length - 1)),
      )
    }),
    { numRuns: 500 },
  )
})
