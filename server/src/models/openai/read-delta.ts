import { isRecord, readRecord, readText, type JsonRecord } from './read-json.ts'
import type { SplitText } from './think-splitter.ts'

/**
 * The text and the thoughts of a delta, or of the message of an answer in one piece. `content` is a text, or a list of typed parts. Thoughts
 * come as `reasoning_content`, as `reasoning`, or as parts of the content; where two of them are sent they say the same.
 */
export function readDelta(delta: JsonRecord): SplitText[] {
  const pieces: SplitText[] = []
  const thought = readText(delta['reasoning_content']) ?? readText(delta['reasoning']) ?? readThoughts(delta['reasoning_details'])
  if (thought !== null) pieces.push({ type: 'reasoning', text: thought })
  const transcript = readText(readRecord(delta['audio'])?.['transcript'])
  if (transcript !== null) pieces.push({ type: 'text', text: transcript })
  const { content } = delta
  if (typeof content === 'string') {
    if (content !== '') pieces.push({ type: 'text', text: content })
  } else if (Array.isArray(content)) {
    for (const part of content) pieces.push(...readPart(part))
  } else if (isRecord(content)) pieces.push(...readPart(content))
  return pieces
}

/** Whether there is something that cannot be shown: sound, a video. */
export function hasOther({ audio, content }: JsonRecord): boolean {
  const isOther = (part: unknown) => isRecord(part) && /audio|video|file/iu.test(readText(part['type']) ?? '')
  return readText(readRecord(audio)?.['data']) !== null || (Array.isArray(content) && content.some(isOther))
}

function readPart(part: unknown): SplitText[] {
  if (typeof part === 'string') return part === '' ? [] : [{ type: 'text', text: part }]
  if (!isRecord(part)) return []
  const type = part['type'] === 'thinking' || part['type'] === 'reasoning' ? 'reasoning' : 'text'
  const inner = part['thinking'] ?? part['reasoning'] ?? part['text']
  const text = Array.isArray(inner) ? readThoughts(inner) : readText(inner)
  return text === null ? [] : [{ type, text }]
}

function readThoughts(details: unknown): string | null {
  if (!Array.isArray(details)) return null
  return readText(
    details
      .filter(isRecord)
      .map((detail) => readText(detail['text']) ?? readText(detail['summary']) ?? '')
      .join(''),
  )
}
