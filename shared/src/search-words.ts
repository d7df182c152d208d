/** One unit that search compares, and its range in the text (UTF-16 units, `end` exclusive). Its index is its position. */
export interface SearchWord {
  readonly lexeme: string
  readonly start: number
  readonly end: number
}

/** Of a longer word only this much is compared. */
export const maxLexemeLength = 64

const wordPattern = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu
const wordOnlyPattern = /[\p{L}\p{N}\p{M}]+/gu
const asciiPattern = /^[\u0000-\u007f]*$/u
/** The marks that folding removes. Not every combining mark, since vowels of Indic scripts are such marks. */
const accentPattern = new RegExp(
  `[${[
    '\\u0300-\\u036f', // Latin, Greek, Cyrillic
    '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7', // Hebrew points
    '\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670', // Arabic vowels, and the stroke that only stretches words
    '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f',
  ].join('')}]`,
  'gu',
)
/** Letters that Unicode does not decompose. */
const plainLetters: Readonly<Record<string, string>> = {
  æ: 'ae',
  ð: 'd',
  ø: 'o',
  þ: 'th',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  œ: 'oe',
  ß: 'ss',
  ς: 'σ',
}
const plainLetterPattern = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu')
/** Scripts without spaces between words or, like Korean, with attached endings: compared by pairs of characters. */
const unspacedPattern =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]+/gu

/** Lower case without accents, with compatibility forms (ﬁ, Ｗ, ①) replaced by plain ones. */
export function foldText(text: string): string {
  if (asciiPattern.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(accentPattern, '')
    .replaceAll(plainLetterPattern, (letter) => plainLetters[letter] ?? letter)
    .normalize('NFC')
}

/**
 * The words of a text, in order. In scripts without spaces each character forms a pair with its successor, and the last one of a run
 * stands alone: so any part of a run, of two characters or more, is a sequence of adjacent words.
 */
export function* textToWords(text: string): Generator<SearchWord> {
  for (const match of text.matchAll(wordPattern)) {
    const raw = match[0]
    const start = match.index
    const end = start + raw.length
    const folded = foldText(raw)
    // If folding keeps all lengths, offsets in the folded word are offsets in the text.
    const isAligned = folded.length === raw.length
    const place = (from: number, to: number) => (isAligned ? { start: start + from, end: start + to } : { start, end })
    // A separate mark, or a letter that folding does not change.
    if (!/[\p{L}\p{N}]/u.test(folded)) yield { lexeme: cut(raw), start, end }
    else if (asciiPattern.test(folded)) yield* spacedWords(folded, 0, place)
    else for (const part of folded.matchAll(wordOnlyPattern)) yield* mixedWords(part[0], part.index, place)
  }
}

type Place = (from: number, to: number) => { readonly start: number; readonly end: number }

function* mixedWords(text: string, offset: number, place: Place): Generator<SearchWord> {
  let done = 0
  for (const run of text.matchAll(unspacedPattern)) {
    if (run.index > done) yield* spacedWords(text.slice(done, run.index), offset + done, place)
    yield* unspacedWords(run[0], offset + run.index, place)
    done = run.index + run[0].length
  }
  if (done < text.length) yield* spacedWords(text.slice(done), offset + done, place)
}

function* spacedWords(text: string, offset: number, place: Place): Generator<SearchWord> {
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const from = offset + match.index
    yield { lexeme: cut(match[0]), ...place(from, from + match[0].length) }
  }
}

function* unspacedWords(run: string, offset: number, place: Place): Generator<SearchWord> {
  let from = offset
  let previous = ''
  for (const character of run) {
    if (previous !== '') {
      yield { lexeme: previous + character, ...place(from, from + previous.length + character.length) }
      from += previous.length
    }
    previous = character
  }
  yield { lexeme: previous, ...place(from, from + previous.length) }
}

function cut(lexeme: string): string {
  return lexeme.length <= maxLexemeLength ? lexeme : [...lexeme].slice(0, maxLexemeLength).join('')
}

const unspacedCharacterPattern =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u

/** True for a lexeme of a script that is compared by pairs of characters. */
export function isUnspaced(lexeme: string): boolean {
  return unspacedCharacterPattern.test(lexeme)
}
