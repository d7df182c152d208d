import { expect, test } from 'vitest'
import { markdownToSpoken } from './markdown-to-spoken.ts'

const texts = (markdown: string) => markdownToSpoken(markdown).map(({ text }) => text)

test('headings, paragraphs, items and rows are read one by one, without their syntax', () => {
  const markdown = [
    '# Kelp',
    'It **holds** [fast](https://example.com)[^1]\nin `storms`.',
    '- one\n- two\n  - inner\n3. three',
    '> [!note]\n> Mind the tide.',
    '| place | depth |\n| --- | --- |\n| bay | 3 m |',
    '---',
    '[^1]: A note.',
  ].join('\n\n')
  expect(texts(markdown)).toEqual([
    'Kelp',
    'It holds fast in storms.',
    'one',
    'two',
    'inner',
    'three',
    expect.stringContaining('Mind the tide.'),
    'place, depth',
    'bay, 3 m',
  ])
})

test('a block of code is one paragraph of its own kind', () => {
  expect(markdownToSpoken('Run:\n\n```sh\nnpm test\n\nnpm start\n```\n\nDone.')).toEqual([
    { kind: 'text', text: 'Run:' },
    { kind: 'code', text: 'npm test\n\nnpm start' },
    { kind: 'text', text: 'Done.' },
  ])
})

test('paragraphs that are complete stay the same while the text grows', () => {
  const markdown = 'First **one**.\n\nSecond one.\n\n- third\n- fourth\n\nLast.'
  const whole = texts(markdown)
  for (let length = 0; length < markdown.length; length += 1) {
    const sofar = texts(markdown.slice(0, length))
    expect(sofar.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, sofar.length - 1)))
  }
})
