import type { Part } from '@holdfast/shared'
import { expect, test } from 'vitest'
import { createI18n } from '../../../i18n/i18n.ts'
import { completionToWords } from './completion-to-words.ts'

const i18n = createI18n()
const file = { type: 'file', fileId: 'a', name: 'a.png', mediaType: 'image/png', bytes: 1 } satisfies Part

test.each([
  ['one two', [], false, 'Answer complete, 2 words'],
  ['one', [file], false, 'Answer complete, 1 word, 1 file'],
  ['', [file, file], false, 'Answer complete, 2 files'],
  ['', [], false, 'Answer complete'],
  ['**one** two', [file], true, 'Answer complete. one two'],
  ['', [file], true, 'Answer complete, 1 file'],
] as const)('an answer with "%s" and files %j is announced', (content, files, isWhole, expected) => {
  expect(completionToWords({ content, parts: [...files] }, isWhole, (id, values) => i18n._(id, values))).toBe(expected)
})
