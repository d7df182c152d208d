import { expect, test } from 'vitest'
import { cleanFileName } from './clean-file-name.ts'

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  [String.raw`C:\Users\me\photo.jpg`, 'photo.jpg'],
  ['a\u0000b\r\nc\u007F.txt', 'abc.txt'],
  // Shown from right to left it would look like a text file.
  ['report\u202Etxt.exe', 'reporttxt.exe'],
  ['\u200Fname\u2066.md\u2069', 'name.md'],
  ['  spaced name .txt ', 'spaced name .txt'],
  ['.gitignore', '.gitignore'],
  ['..', 'file'],
  ['/', 'file'],
  ['', 'file'],
  [null, 'file'],
  ['lone \uD800 half', 'lone \uFFFD half'],
  ['e\u0301.txt', '\u00E9.txt'],
])('%j is shown and saved as %j', (given, expected) => {
  expect(cleanFileName(given)).toBe(expected)
})

test('a name of 300 characters is cut to 200 and keeps its extension', () => {
  const name = cleanFileName(`${'😀'.repeat(300)}.pdf`)
  expect([[...name].length, name.endsWith('😀.pdf')]).toEqual([200, true])
})
