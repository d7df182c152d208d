import { createModelError } from './model-errors.ts'
import { isRecord } from './read-json.ts'

/**
 * The data of a stream's frames, parsed. The response is one of `createProviderCall`: each of its chunks holds whole frames. Text that is
 * no JSON keeps a connection alive and is skipped. @throws ModelError for JSON that is broken
 */
export async function* readEventStream(response: Response): AsyncGenerator<unknown, void> {
  if (!response.body) return
  for await (const bytes of response.body) {
    for (const frame of Buffer.from(bytes).toString('utf8').split('\n\n')) yield* readFrame(frame)
  }
}

function* readFrame(frame: string): Generator<unknown, void> {
  const lines = frame.split('\n')
  const data = lines.flatMap((line) => (line.startsWith('data:') ? line.slice('data:'.length) : []))
  const isError = lines.includes('event: error')
  const whole = parse(data.join('\n'))
  if (whole !== undefined) yield* toPieces(whole, isError)
  // Some servers end a frame with one line feed.
  else if (data.length > 1) for (const line of data) yield* readLine(line, isError)
  else yield* readLine(data.join(''), isError)
}

function* readLine(line: string, isError: boolean): Generator<unknown, void> {
  const value = parse(line)
  if (value !== undefined) yield* toPieces(value, isError)
  else if (isError && line.trim() !== '') yield { error: line.trim() }
  else if (/^\s*[[{](?!DONE\])/iu.test(line)) throw createModelError('provider-malformed')
}

function* toPieces(value: unknown, isError: boolean): Generator<unknown, void> {
  if (Array.isArray(value)) yield* value
  else
    yield isError && !(isRecord(value) && ('error' in value || 'choices' in value || 'type' in value)) ? { error: value } : value
}

/** Undefined when it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
