import { expect, test } from 'vitest'
import { insertWords } from './insert-words.ts'

/** As much of a text area as the function uses; `|` is the caret. */
function createField(text: string) {
  const at = text.indexOf('|')
  const field = {
    value: text.replace('|', ''),
    selectionStart: at,
    selectionEnd: at,
    setRangeText(words: string, start: number, end: number, mode: 'end' | 'preserve') {
      this.value = this.value.slice(0, start) + words + this.value.slice(end)
      if (mode === 'end') this.selectionStart = this.selectionEnd = start + words.length
    },
  }
  return field as unknown as HTMLTextAreaElement & typeof field
}
const insert = (text: string, words: string, options?: Parameters<typeof insertWords>[2]) => {
  const field = createField(text)
  insertWords(field, words, options)
  return `${field.value.slice(0, field.selectionEnd)}|${field.value.slice(field.selectionEnd)}`
}

test.each([
  ['|', 'Kelp.|'],
  ['Hello|', 'Hello Kelp.|'],
  ['Hello |', 'Hello Kelp.|'],
  ['one| two', 'one Kelp.| two'],
  ['one |two', 'one Kelp. |two'],
  ['(|)', '(Kelp.|)'],
  ['line\n|', 'line\nKelp.|'],
])('words go where the caret is, with spaces where they are needed: %s', (before, after) => {
  expect(insert(before, 'Kelp.')).toBe(after)
})

test('words go to the end of a field that nobody has touched', () => {
  expect(insert('|A draft', 'Kelp.', { isUntouched: true })).toBe('A draft Kelp.|')
})

test('a selection stays', () => {
  const field = createField('one two|')
  field.selectionStart = 4
  insertWords(field, 'Kelp.')
  expect(field.value).toBe('one two Kelp.')
})

test('the words of a second transcription take the place of the first ones, unless these were changed', () => {
  expect(insert('Say: cult holds. Yes|', 'Kelp holds.', { replaces: 'cult holds.' })).toContain('Say: Kelp holds. Yes')
  expect(insert('Say: a cult. Yes|', 'Kelp holds.', { replaces: 'cult holds.' })).toBe('Say: a cult. Yes Kelp holds.|')
})
