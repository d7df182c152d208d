import { parseJson } from './json-values.ts'
import { toCall, type Piece } from './source-messages.ts'

const block = /<details\b(?<attributes>(?:\s+[\w-]+(?:="[^"]*")?)*)\s*>\n?(?<body>(?:(?!<\/?details\b)[\s\S])*)<\/details>\n?/gu
const attribute = /(?<name>[\w-]+)="(?<value>[^"]*)"/gu
const summary = /^\s*<summary>(?:(?!<\/summary>)[\s\S])*<\/summary>\n?/u

/**
 * The pieces of an answer's text. Open WebUI writes reasoning and calls of tools into it as `<details type="…">` with everything in
 * escaped attributes; any other `<details>` is the model's own.
 */
export function readDetails(content: string): Piece[] {
  const pieces: Piece[] = []
  const addText = (text: string) => {
    if (text.trim() !== '') pieces.push({ type: 'text', text: text.trim() })
  }
  let from = 0
  let rest = ''
  for (const match of content.matchAll(block)) {
    const { attributes = '', body = '' } = match.groups ?? {}
    const read = readBlock(readAttributes(attributes), body.replace(summary, ''))
    const before = content.slice(from, match.index)
    from = match.index + match[0].length
    if (!read) {
      rest += before + match[0]
      continue
    }
    addText(rest + before)
    rest = ''
    pieces.push(...read)
  }
  addText(rest + content.slice(from))
  return pieces
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(attribute)].map(({ groups }) => [groups?.['name'] ?? '', unescapeHtml(groups?.['value'] ?? '')]),
  )
}

function readBlock(attributes: ReadonlyMap<string, string>, body: string): Piece[] | null {
  switch (attributes.get('type')) {
    case 'reasoning': {
      // Each line is quoted.
      const text = unescapeHtml(body).replaceAll(/^> ?/gmu, '').trim()
      const seconds = Number(attributes.get('duration') ?? Number.NaN)
      return text === ''
        ? []
        : [{ type: 'reasoning', text, ...(seconds >= 0 ? { durationMs: Math.round(seconds * 1_000) } : {}) }]
    }
    case 'tool_calls': {
      const name = attributes.get('name') ?? 'tool'
      const callId = attributes.get('id') ?? ''
      const call = toCall(callId, name, parseJson(attributes.get('arguments') ?? '{}'))
      const result = attributes.get('result') || unescapeHtml(body).trim()
      if (attributes.get('done') === 'false' || result === '') return [call]
      return [
        call,
        {
          type: 'tool-result',
          callId: callId === '' ? null : callId,
          name,
          result: unwrap(result),
          isError: attributes.get('error') === 'true',
        },
      ]
    }
    case 'code_interpreter': {
      const output = attributes.get('output')
      const call = toCall('', 'code_interpreter', { code: body.trim() })
      return output
        ? [call, { type: 'tool-result', callId: null, name: 'code_interpreter', result: parseJson(output), isError: false }]
        : [call]
    }
    case undefined:
    default:
      return null
  }
}

/** Results are JSON, and often JSON in JSON. */
function unwrap(text: string) {
  const once = parseJson(text)
  return typeof once === 'string' ? parseJson(once) : once
}

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}

function unescapeHtml(text: string): string {
  return text.replaceAll(/&(?:quot|#34|#39|#x27|lt|gt|amp);/gu, (entity) => entities[entity] ?? entity)
}
