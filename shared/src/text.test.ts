import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codePointLength, firstWords, defaultContentLength, isBlank, userTextSchema, visibleTextSchema } from './index.ts'

const invisible = {
  nothing: '',
  space: ' ',
  'tab and line breaks': '\t\r\n\v\f\u0085\u2028\u2029',
  'no-break space': '\u00a0',
  'ideographic space': '\u3000',
  'zero-width space': '\u200b',
  'zero-width joiner and non-joiner': '\u200d\u200c',
  'word joiner': '\u2060',
  'byte order mark': '\ufeff',
  'soft hyphen': '\u00ad',
  'marks of direction': '\u200e\u200f\u061c\u202a\u202e\u2066\u2069',
  'combining grapheme joiner': '\u034f',
  'Hangul fillers': '\u115f\u1160\u3164\uffa0',
  'Khmer inherent vowels': '\u17b4\u17b5',
  'Mongolian vowel separator and selectors': '\u180e\u180b\u180c\u180d\u180f',
  'variation selectors': '\ufe00\ufe0f\u{e0100}',
  'tag characters': '\u{e0001}\u{e0041}\u{e007f}',
  'blank Braille cell': '\u2800',
  'control characters': '\u0001\u001b\u007f\u009f',
  'invisible operators': '\u2061\u2062\u2063\u2064',
}

const visible = {
  letter: 'a',
  digit: '0',
  dot: '.',
  emoji: '👩‍👩‍👧‍👦',
  'flag of tags': '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  Khmer: 'ក',
  Hangul: '가',
  'Arabic with marks': 'سلام\u200f',
}

describe('a text is blank when a reader would see nothing', () => {
  test.each(Object.entries(invisible))('%s', (_name, text) => {
    expect(isBlank(text)).toBe(true)
    expect(isBlank(` ${text}\n${text}`)).toBe(true)
    expect(visibleTextSchema(100).safeParse(text).success).toBe(false)
    expect(userTextSchema(100).safeParse(text).success).toBe(true)
  })
  test.each(Object.entries(visible))('but not with a visible %s among it', (_name, text) => {
    expect(isBlank(text)).toBe(false)
    expect(isBlank(`\u200b${text}\u00a0`)).toBe(false)
    expect(visibleTextSchema(100).parse(text)).toBe(text)
  })
})

describe('lengths count code points', () => {
  test.each([
    ['a'.repeat(10_000), true],
    ['a'.repeat(10_001), false],
    ['😀'.repeat(10_000), true],
    ['😀'.repeat(10_001), false],
    [`${'a'.repeat(9_999)}😀`, true],
    [`${'a'.repeat(10_000)}😀`, false],
    // One visible family of seven code points.
    ['👩‍👩‍👧‍👦'.repeat(1_428), true],
    ['👩‍👩‍👧‍👦'.repeat(1_429), false],
  ])('text %#', (text, fits) => {
    expect(visibleTextSchema(defaultContentLength).safeParse(text).success).toBe(fits)
  })

  test('as the spread of a string counts them', () => {
    const anyUnits = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units))
    fc.assert(
      fc.property(anyUnits, (text) => {
        expect(codePointLength(text)).toBe([...text].length)
      }),
    )
  })
})

test('NUL and lone surrogates are refused, whole pairs are not', () => {
  const problem = (text: string) =>
    userTextSchema(10)
      .safeParse(text)
      .error?.issues.map(({ message }) => message)
  expect(problem('a\u0000b')).toEqual(['must not contain a NUL character'])
  expect(problem('a\ud83d')).toEqual(['must not contain a lone surrogate'])
  expect(problem('\ude00a')).toEqual(['must not contain a lone surrogate'])
  expect(problem('\ude00\ud83d')).toEqual(['must not contain a lone surrogate'])
  expect(problem('a'.repeat(11))).toEqual(['must have at most 10 characters'])
  expect(problem('\ud83d\ude00')).toBeUndefined()
})

describe('the first words', () => {
  test('of a short text are the text in one line', () => {
    expect(firstWords('  What is\r\n\n a\tmonad? ', 100)).toBe('What is a monad?')
  })
  test('of a long text end at a word, with an ellipsis', () => {
    expect(firstWords('one two three four five', 15)).toBe('one two three…')
  })
  test('of one endless word are cut within it', () => {
    expect(firstWords('a'.repeat(200), 100)).toBe(`${'a'.repeat(99)}…`)
  })
  test('never cut a pair in halves', () => {
    expect(firstWords('😀'.repeat(200), 100)).toBe(`${'😀'.repeat(99)}…`)
  })
  test('of any visible text are visible, well-formed, in one line and at most so long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 30 }), (text, max) => {
        fc.pre(!isBlank(text))
        const words = firstWords(text, max)
        expect(codePointLength(words)).toBeLessThanOrEqual(max)
        expect(words.length).toBeGreaterThan(0)
        expect(words).toBe(words.trim())
        expect(words.isWellFormed()).toBe(true)
        expect(words).not.toMatch(/[\r\n\u2028]/u)
      }),
    )
  })
})
