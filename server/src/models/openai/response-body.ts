import { createModelError, toCause } from './model-errors.ts'

/** The bytes of a response, one piece at a time. Closing it while a read is waiting ends that read. */
export interface BodyReader {
  /** Null at the end. @throws ModelError when the connection breaks. */
  read(): Promise<Uint8Array | null>
  close(): Promise<void>
}

type Watch = <Value>(waiting: Promise<Value>) => Promise<Value>

export function createBodyReader(body: ReadableStream<Uint8Array> | null, watch: Watch): BodyReader {
  const reader = body?.getReader()
  return {
    read: async () => {
      if (!reader) return null
      try {
        return (await watch(reader.read())).value ?? null
      } catch (thrown) {
        throw createModelError('connection-lost', { cause: toCause(thrown) })
      }
    },
    close: async () => await reader?.cancel(),
  }
}

/** Reads until the first character that is not white space, or the end. */
export async function readPastBlank(body: BodyReader, maxBytes: number): Promise<Uint8Array> {
  let read = Buffer.alloc(0)
  while (firstCharacter(read) === '' && read.length < maxBytes) {
    const bytes = await body.read()
    if (!bytes) break
    read = Buffer.concat([read, bytes])
  }
  return read
}

/** Reads to the end and closes. Bytes beyond `maxBytes` are dropped. */
export async function readBodyText(first: Uint8Array, rest: BodyReader, maxBytes: number): Promise<string> {
  const read = [first]
  let length = first.length
  while (length < maxBytes) {
    const bytes = await rest.read()
    if (!bytes) break
    read.push(bytes)
    length += bytes.length
  }
  await rest.close()
  return Buffer.concat(read).subarray(0, maxBytes).toString('utf8')
}

/** Detects the kind of a body by its first character. Content types are unreliable: streams come as `text/plain`, JSON and pages as anything. */
export function sniff(bytes: Uint8Array): 'html' | 'json' | 'event-stream' {
  const first = firstCharacter(bytes)
  return first === '<' ? 'html' : first === '{' || first === '[' ? 'json' : 'event-stream'
}

function firstCharacter(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trimStart().slice(0, 1)
}

/** Passes a chunk only when it is asked for, so that a slow reader slows the provider down. */
export function piecesToStream(next: () => Promise<Uint8Array | null>, close: () => Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next()
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}
