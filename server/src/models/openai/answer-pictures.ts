import type { ReadEvent } from './answer-accumulator.ts'
import { isRecord, readRecord, readText, type JsonRecord } from './read-json.ts'

const maxLinkLength = 2_000
/** What stands before the data of a data URL: a media type and a few parameters. */
const maxHeadLength = 200

/** The pictures of one answer. A provider may send the same one again, at the end or with each chunk: it is given once. */
export interface AnswerPictures {
  /** True once there was one, even one that cannot be read. */
  readonly hasAny: boolean
  /** The pictures of a delta, or of the message of an answer in one piece. */
  readMessage(message: JsonRecord): ReadEvent[]
  /** A data URL, base64 alone, or an address. Null: there is a picture, but nothing of it. */
  take(source: string | null): ReadEvent[]
}

export function createAnswerPictures(): AnswerPictures {
  const seen = new Set<string | null>()
  const take = (source: string | null): ReadEvent[] => {
    if (seen.has(source)) return []
    seen.add(source)
    return [sourceToEvent(source)]
  }
  return {
    get hasAny() {
      return seen.size > 0
    },
    readMessage: (message) => findSources(message).flatMap(take),
    take,
  }
}

/** OpenRouter and those like it send `images`; others send parts of the content as people send them. */
function findSources({ images, content }: JsonRecord): (string | null)[] {
  const parts = Array.isArray(content) ? content.filter(isPicturePart) : []
  return [...(Array.isArray(images) ? images : []), ...parts].map(readSource)
}

function isPicturePart(part: unknown): boolean {
  return isRecord(part) && /image/iu.test(readText(part['type']) ?? '')
}

function readSource(picture: unknown): string | null {
  if (typeof picture === 'string') return readText(picture)
  if (!isRecord(picture)) return null
  const address = readText(readRecord(picture['image_url'])?.['url']) ?? readText(picture['image_url'])
  return address ?? readText(picture['url']) ?? readText(picture['b64_json'])
}

/** An address is not fetched: it may lead into the server's own network. It stands in the answer as a link. */
function sourceToEvent(source: string | null): ReadEvent {
  if (source === null) return { type: 'picture', base64: null }
  if (/^data:/iu.test(source)) return { type: 'picture', base64: dataUrlToBase64(source) }
  if (!/^[a-z][a-z\d+.-]*:/iu.test(source)) return { type: 'picture', base64: source }
  const link = addressToLink(source)
  return link === null ? { type: 'picture', base64: null } : { type: 'text', text: link }
}

function dataUrlToBase64(url: string): string | null {
  const head = url.slice(0, maxHeadLength)
  const comma = head.indexOf(',')
  return comma !== -1 && /;\s*base64\s*$/iu.test(head.slice(0, comma)) ? url.slice(comma + 1) : null
}

function addressToLink(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null
  const isWeb = url !== null && /^https?:$/u.test(url.protocol) && url.username === '' && url.password === ''
  if (!isWeb || url.href.length > maxLinkLength) return null
  return `\n\n[Picture](${url.href.replaceAll('(', '%28').replaceAll(')', '%29')})\n\n`
}
