import { expect, test } from 'vitest'
import { splitLongText } from './split-long-text.ts'

const short = 'x'.repeat(40)
const long = 'y'.repeat(200)

test('a text that fits stays a message', () => {
  expect(splitLongText({ typed: 'Hello', pasted: ['there'] }, 100)).toEqual({
    content: 'Hello\n\n```pasted\nthere\n```',
    texts: [],
  })
  expect(splitLongText({ typed: '👩'.repeat(100), pasted: [] }, 100).texts, 'characters are counted, not units').toEqual([])
})

test('the longest pasted pieces become files before what was typed does', () => {
  expect(splitLongText({ typed: 'Look', pasted: [short, long] }, 100)).toEqual({
    content: `Look\n\n\`\`\`pasted\n${short}\n\`\`\``,
    texts: [{ text: long, isPasted: true }],
  })
  expect(splitLongText({ typed: long, pasted: [] }, 100)).toEqual({ content: '', texts: [{ text: long, isPasted: false }] })
  expect(splitLongText({ typed: long, pasted: [short] }, 100)).toEqual({
    content: '',
    texts: [
      { text: short, isPasted: true },
      { text: long, isPasted: false },
    ],
  })
})
