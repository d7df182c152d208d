import type { Message } from '@holdfast/shared'
import { ModelError } from '../../models/model-error.ts'
import type { ModelEvent, ModelRequest, Models, ProviderRun } from '../../models/model.ts'
import { isMessageFile } from '../store/is-message-file.ts'
import { pause } from './pause.ts'

/** Something that a call has said, in order. */
export type Heard =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | { readonly type: 'picture' | 'was-reasoning' }

type RunEvent = Extract<ModelEvent, { type: 'run' }>

const maxReads = 3
const pauseMs = 500

/**
 * The events of one model call. One that goes on at its provider is read again when the connection breaks, from its beginning: what was
 * heard of it has to come again, letter by letter, and is not given again. `begun`: such a call of an earlier owner, and what was shown of it.
 * @throws ModelError
 */
export async function* readStream(
  models: Pick<Models, 'stream'>,
  request: ModelRequest,
  options: {
    readonly begun: { readonly run: ProviderRun; readonly heard: readonly Heard[] } | null
    /** The call can be read again: its words wait until this is kept. */
    readonly onRun: (run: ProviderRun) => Promise<void>
  },
): AsyncGenerator<Exclude<ModelEvent, RunEvent>, void> {
  let run: ProviderRun | null = options.begun?.run ?? null
  const heard: Heard[] = [...(options.begun?.heard ?? [])]
  let firstError: ModelError | null = null
  for (let reads = 1; ; reads += 1) {
    const skip = createSkip([...heard])
    const take = async (event: ModelEvent) => {
      if (event.type !== 'run') return skip(event)
      await options.onRun(event.run)
      run = event.run
      return null
    }
    try {
      for await (const event of models.stream(run ? { ...request, run } : request)) {
        const fresh = await take(event)
        if (fresh === null) continue
        if (run) remember(heard, fresh)
        yield fresh
      }
      return
    } catch (error) {
      const mayReadOn = run !== null && reads < maxReads && error instanceof ModelError && broken.has(error.code)
      // That the run is gone says less than what broke the first time.
      if (!mayReadOn) throw error instanceof ModelError && !final.has(error.code) ? (firstError ?? error) : error
      firstError ??= error
      await pause(pauseMs, request.signal)
    }
  }
}

/** The connection was at fault, not the run. */
const broken: ReadonlySet<string> = new Set([
  'connection-lost',
  'provider-unreachable',
  'provider-timeout',
  'provider-truncated',
  'provider-overloaded',
])

const final: ReadonlySet<string> = new Set(['aborted', 'content-filter'])

/** What was shown of the call whose words begin there. */
export function shownFrom({ parts }: Pick<Message, 'parts'>, begin: { readonly part: number; readonly offset: number }): Heard[] {
  return parts.slice(begin.part).flatMap((part, index): Heard[] => {
    if (part.type === 'text' || part.type === 'reasoning') {
      const text = index === 0 ? part.text.slice(begin.offset) : part.text
      return text === '' ? [] : [{ type: part.type, text }]
    }
    return isMessageFile(part) ? [{ type: 'picture' }] : []
  })
}

/** Gives what is new of an event; null: nothing is. @throws ModelError when it differs from what was heard. */
function createSkip(expected: Heard[]): (event: Exclude<ModelEvent, RunEvent>) => Exclude<ModelEvent, RunEvent> | null {
  return (event) => {
    if (event.type === 'note' || event.type === 'replay') return event
    if (event.type === 'end' || event.type === 'tool-call') {
      if (expected.length > 0) throw differs()
      return event
    }
    if (event.type === 'picture' || event.type === 'was-reasoning') {
      if (expected.length === 0) return event
      if (expected.shift()?.type !== event.type) throw differs()
      return null
    }
    let { text } = event
    for (let next = expected[0]; next && text !== ''; next = expected[0]) {
      if (next.type !== event.type || !('text' in next)) throw differs()
      const length = Math.min(next.text.length, text.length)
      if (next.text.slice(0, length) !== text.slice(0, length)) throw differs()
      text = text.slice(length)
      if (length === next.text.length) expected.shift()
      else expected[0] = { ...next, text: next.text.slice(length) }
    }
    return text === '' ? null : { ...event, text }
  }
}

function differs(): ModelError {
  return new ModelError('provider-malformed', 'The model provider gave another answer than before. Try again.', {
    retryable: true,
  })
}

function remember(heard: Heard[], event: Exclude<ModelEvent, RunEvent>): void {
  if (event.type === 'picture' || event.type === 'was-reasoning') heard.push({ type: event.type })
  if (event.type !== 'text' && event.type !== 'reasoning') return
  const last = heard.at(-1)
  if (last && 'text' in last && last.type === event.type) heard[heard.length - 1] = { ...last, text: last.text + event.text }
  else heard.push({ type: event.type, text: event.text })
}
