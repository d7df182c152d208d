import { createModelError } from './model-errors.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const frameEnd = '\n\n'
const usualStart = Buffer.from('data: {')
const namedStart = Buffer.from('\ndata: {')
/** The last event of the Responses API, as its name or as its type, which stands at the very start. Inside a text, quotes are escaped. */
const lastEvent = /^event: ?response\.(?:completed|incomplete|failed)\n|"type": ?"response\.(?:completed|incomplete|failed)"/u
const lastEventBytes = 200
/** A response ends with all of its pictures in one frame. */
const maxFrameBytes = 64 * 1024 * 1024

/**
 * Passes the frames of an event stream that carry data, whole and in order, and drops the others: a frame of only `event: ping`, an
 * empty `data:`, a comment. The SDK's decoder parses the data of every frame as JSON and fails on those.
 */
export interface FrameFilter {
  /** True once the provider said that its answer is whole. */
  readonly sawDone: boolean
  /** The frames that these bytes complete; null when there are none. @throws ModelError for a frame without an end. */
  push(bytes: Uint8Array): Uint8Array | null
  /** The rest at the end of the stream, if it is a whole frame that only lacks its blank line. */
  flush(): Uint8Array | null
}

export function createFrameFilter(): FrameFilter {
  let open: Buffer[] = []
  let openBytes = 0
  let endedInLineFeed = false
  let sawDone = false
  const toLineFeeds = createLineFeedConverter()

  const takeFrame = (frame: Buffer): boolean => {
    if (lastEvent.test(frame.toString('latin1', 0, lastEventBytes))) sawDone = true
    if (frame.subarray(0, usualStart.length).equals(usualStart) || frame.includes(namedStart)) return true
    const data = frameToData(frame)
    if (isDone(data)) sawDone = true
    return data !== ''
  }

  const filter = (frames: Buffer): Uint8Array | null => {
    const kept: Buffer[] = []
    let start = 0
    while (true) {
      while (frames[start] === lineFeed) start += 1
      if (start >= frames.length) break
      const found = frames.indexOf(frameEnd, start)
      const end = found === -1 ? frames.length : found + frameEnd.length
      const frame = frames.subarray(start, end)
      if (takeFrame(frame)) kept.push(frame)
      start = end
    }
    return kept.length === 0 ? null : Buffer.concat(kept)
  }

  return {
    get sawDone() {
      return sawDone
    },
    push(bytes) {
      const chunk = toLineFeeds(bytes)
      if (chunk.length === 0) return null
      const split = endedInLineFeed && chunk[0] === lineFeed
      endedInLineFeed = chunk.at(-1) === lineFeed
      const last = chunk.lastIndexOf(frameEnd)
      if (last === -1 && !split) {
        open.push(chunk)
        openBytes += chunk.length
        if (openBytes > maxFrameBytes) throw createModelError('provider-malformed')
        return null
      }
      const end = last === -1 ? 1 : last + frameEnd.length
      const complete = Buffer.concat([...open, chunk.subarray(0, end)])
      const rest = chunk.subarray(end)
      open = rest.length === 0 ? [] : [rest]
      openBytes = rest.length
      return filter(complete)
    },
    flush() {
      const frame = Buffer.concat(open)
      open = []
      const data = frameToData(frame)
      // Some servers end a frame with one line feed: then this is all that they have sent.
      const lines = data.split('\n')
      if (lines.some(isDone)) sawDone = true
      const isWhole = isJson(data) || lines.every((line) => isDone(line) || isJson(line))
      return isWhole ? Buffer.concat([frame, Buffer.from(frameEnd)]) : null
    },
  }
}

/** `\r\n` and `\r` are line ends too, and a `\r\n` may be split over two chunks. */
function createLineFeedConverter(): (bytes: Uint8Array) => Buffer {
  let skipLineFeed = false
  return (bytes) => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!skipLineFeed && !chunk.includes(carriageReturn)) return chunk
    const converted = Buffer.allocUnsafe(chunk.length)
    let length = 0
    for (const byte of chunk) {
      if (byte !== lineFeed || !skipLineFeed) converted[length++] = byte === carriageReturn ? lineFeed : byte
      skipLineFeed = byte === carriageReturn
    }
    return converted.subarray(0, length)
  }
}

function frameToData(frame: Buffer): string {
  return frame
    .toString('utf8')
    .replace(/^\uFEFF/u, '')
    .split('\n')
    .flatMap((line) => (line.startsWith('data:') ? line.slice('data:'.length) : []))
    .join('\n')
    .trim()
}

function isDone(data: string): boolean {
  return /^\s*(?:\[DONE\]|DONE)\s*$/u.test(data)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
