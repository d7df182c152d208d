const open = '\uE000'
const close = '\uE001'

/** In a pattern: a quotation that {@link maskQuotes} has put aside. */
export const quotation = String.raw`\uE000\d+\uE001`
const wholeQuotation = new RegExp(`^${quotation}$`, 'u')

/** A text whose quotations are replaced by marks, so that no word in them is taken for an instruction. */
export interface MaskedText {
  readonly text: string
  readonly quotes: readonly string[]
}

// An apostrophe within a word opens and closes nothing.
const pairs = /(?<before>^|[\s(:,])(?:["“„«](?<double>[^"“”„«»\n]+)["”“»]|['‘](?<single>[^\n]+?)['’])(?=$|[\s.,;:!?)])/gu

/** Null for a text that holds the marks themselves. */
export function maskQuotes(text: string): MaskedText | null {
  if (text.includes(open) || text.includes(close)) return null
  const quotes: string[] = []
  const masked = text.replaceAll(pairs, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>
    quotes.push((groups['double'] ?? groups['single'] ?? '').trim())
    return `${groups['before'] ?? ''}${open}${quotes.length - 1}${close}`
  })
  return { text: masked, quotes }
}

/** The content of a text that is exactly one quotation; null for any other text. */
export function readQuotation(text: string, quotes: readonly string[]): string | null {
  const quoted = wholeQuotation.test(text) ? quotes[Number(text.slice(1, -1))] : undefined
  return quoted === undefined || quoted === '' ? null : quoted
}
