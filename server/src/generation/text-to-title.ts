import { codePointLength, isBlank, maxTitleLength } from '@holdfast/shared'

/** Names have six words or fewer; some models take a few more. Text in scripts without spaces is measured in characters. */
const mostWords = 10
const mostCharacters = 80

const thoughts = /<(think|thinking|thought|reasoning)\b[^>]*>[\s\S]*?<\/\1>/giu
/** Some templates open the tag themselves, so that only its end is in the answer. */
const closedThoughts = /^[\s\S]*<\/(?:think|thinking|thought|reasoning)>/iu
const openThoughts = /<(?:think|thinking|thought|reasoning)\b[^>]*>[\s\S]*$/iu
const tags = /<\/?[a-z][\w-]*(?:\s[^>]*)?>/giu
const fence = /^\s*(?:```|~~~)/u
const label = /^(?:(?:conversation|chat|suggested|short|concise)\s+)?(?:title|name|titel|titre|título|titolo)\s*[:：-]\s*/iu
const listMark = /^(?:[-*+•]|\d{1,2}[.)])\s+/u
const preface = /^(?:sure|certainly|of course|okay|ok|here(?:'|’)?s|here is|here are|absolutely|i (?:would|suggest|propose))\b/iu
const refusal =
  /^(?:i(?:'|’)?m sorry|sorry\b|i am sorry|i (?:can(?:'|’)?t|cannot|can not|am unable|won(?:'|’)?t)|i(?:'|’)?m (?:unable|not able)|as an ai\b|unfortunately\b)/iu
const decoration = /^["'“”‘’«»„‚「『《#*_`\s]+|["'“”‘’«»「」『』》*_`\s]+$/gu

/** The name in what a model answered, in one line and without what models put around it; null when there is none. */
export function textToTitle(text: string): string | null {
  const said = text
    .toWellFormed()
    .replaceAll('\u0000', '')
    .replaceAll(thoughts, '')
    .replace(closedThoughts, '')
    .replace(openThoughts, '')
  const lines = said.split(/\r?\n/u).filter((line) => !fence.test(line))
  const json = readJsonTitle(lines.join('\n'))
  for (const line of json === null ? lines : [json]) {
    const title = lineToTitle(line)
    if (title === null) continue
    return isName(title) ? title : null
  }
  return null
}

/** Null for a line that is blank, or only announces the name. */
function lineToTitle(line: string): string | null {
  let title = line.replaceAll(tags, '').trim()
  for (let before = ''; before !== title;) {
    before = title
    title = title.replaceAll(decoration, '').replace(listMark, '').replace(label, '')
  }
  const announced = preface.test(title) ? /[:：]\s*(\S.*)$/u.exec(title)?.[1] : undefined
  if (announced !== undefined) return lineToTitle(announced)
  if (isBlank(title) || /[:：]$/u.test(title) || (preface.test(title) && /[!.]$/u.test(title))) return null
  return title.replace(/[.。\s]+$/u, '').replaceAll(decoration, '')
}

function isName(title: string): boolean {
  if (isBlank(title) || refusal.test(title)) return false
  const length = codePointLength(title)
  return length <= Math.min(maxTitleLength, mostCharacters) && title.split(/\s+/u).length <= mostWords
}

/** The first string in an answer that is JSON: `{"title": "…"}`, `["…"]`, `"…"`. Null when it is none. */
function readJsonTitle(text: string): string | null {
  try {
    return firstString(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function firstString(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return null
  for (const item of Object.values(value)) {
    const found = firstString(item)
    if (found !== null) return found
  }
  return null
}
