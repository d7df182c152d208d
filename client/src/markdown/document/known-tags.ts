/** Tags that models write in a line, and that render as elements. Only without attributes: everything else stays text. */
const inlineTagNames = ['sub', 'sup', 'kbd', 'mark', 'u', 's'] as const

export type InlineTagName = (typeof inlineTagNames)[number]

export type InlineTag = { readonly kind: 'break' } | { readonly kind: 'open' | 'close'; readonly name: InlineTagName }

/** Source of a pattern for the names of the tags. */
export const inlineTagPattern = `br|${inlineTagNames.join('|')}`

const breakTag = /^<\/?br[ \t\n]*\/?>$/iu
const pairedTag = new RegExp(`^<(?<slash>/?)(?<name>${inlineTagNames.join('|')})[ \\t\\n]*>$`, 'iu')

/** Reads one tag; null if it is not a known one. */
export function readInlineTag(html: string): InlineTag | null {
  if (breakTag.test(html)) return { kind: 'break' }
  const { slash, name: written = '' } = pairedTag.exec(html)?.groups ?? {}
  const name = inlineTagNames.find((one) => one === written.toLowerCase())
  return name === undefined ? null : { kind: slash === '' ? 'open' : 'close', name }
}

export type DetailsLine =
  | { readonly kind: 'open' | 'summary'; readonly summary: string | null }
  | { readonly kind: 'close'; readonly summary: null }
  /** All of it in one line. */
  | { readonly kind: 'whole'; readonly summary: string; readonly body: string }

const openLine = /^<details>[ \t]*(?:<summary>(?<summary>.*?)<\/summary>)?[ \t]*$/iu
const summaryLine = /^<summary>(?<summary>.*?)<\/summary>[ \t]*$/iu
const wholeLine =
  /^<details>[ \t]*<summary>(?<summary>(?:(?!<\/?(?:details|summary)).)*)<\/summary>(?<body>(?:(?!<\/?(?:details|summary)).)*)<\/details>[ \t]*$/iu
const closeLine = /^<\/details>[ \t]*$/iu

/** Reads a line that opens or closes `<details>`, or is its summary; null for any other. */
export function readDetailsLine(line: string): DetailsLine | null {
  if (closeLine.test(line)) return { kind: 'close', summary: null }
  const open = openLine.exec(line)
  if (open) return { kind: 'open', summary: open.groups?.['summary'] ?? null }
  const { summary: title, body } = wholeLine.exec(line)?.groups ?? {}
  if (title !== undefined && body !== undefined) return { kind: 'whole', summary: title, body }
  const summary = summaryLine.exec(line)
  return summary ? { kind: 'summary', summary: summary.groups?.['summary'] ?? '' } : null
}

/** A text whose last line begins as one of `<details>`: a line of HTML until it is complete. */
export const openDetailsLine = /(?:^|\n)[ \t>]*<\/?(?:details|summary)[^\n]{0,1000}$/iu

/** The part of such a line that opens details and has their summary. */
export const openDetailsStart = /^[ \t>]*<details>[ \t]*<summary>(?:(?!<\/?(?:details|summary)).)*<\/summary>/iu
