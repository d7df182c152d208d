import { foldText as foldForSearch } from '@holdfast/shared'

/** Folded as the global search folds it (no case, no accents), with white space as one space. */
export function foldText(text: string): string {
  return foldForSearch(text).replace(/\s+/gu, ' ')
}

export interface FoldedUnit {
  /** One or more characters; empty where folding leaves nothing. */
  readonly folded: string
  /** Where the unit stands in the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

/** A character with its combining marks, or a syllable of Hangul: what Unicode may compose into one character. */
const unitPattern = /\s|[\u1100-\u11ff\uac00-\ud7a3][\u1160-\u11ff]*\p{M}*|\P{M}\p{M}*|\p{M}/gu

/** The same folding unit by unit, so that places in the folded text lead back to places in the text. */
export function* foldUnits(text: string): Generator<FoldedUnit> {
  for (const { 0: unit, index } of text.matchAll(unitPattern)) {
    yield { folded: foldText(unit), start: index, end: index + unit.length }
  }
}

/** Counts the occurrences of `wanted` in a text; both are folded. Matches do not overlap. */
export function countIn(text: string, wanted: string): number {
  let count = 0
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) count += 1
  return count
}
