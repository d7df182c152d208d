import type { Id } from '@holdfast/shared'
import { v7 as uuidv7 } from 'uuid'
import { createValueStore, type ReadableStore } from '../../../lib/value-store.ts'
import type { ConnectionStore } from '../../../sdk/transport/connection.ts'
import { backoffMs } from '../../../sdk/transport/backoff.ts'
import { untilLive } from '../../../sdk/transport/until-live.ts'
import { VoiceFailure } from '../service/ask-voice.ts'
import { holdRecording } from './hold-recording.ts'
import type { Microphone, OpenMicrophone } from './microphone.ts'
import type { Recording } from './recording.ts'
import type { RecordingStorage, StoredRecording } from './recording-storage.ts'

/** The recordings of one conversation, oldest first. The one that is being made is the last. */
export interface Dictation extends ReadableStore<readonly Recording[]> {
  /**
   * Opens the microphone. `heard`: the browser's own recogniser listens, too; the recording keeps its words and is not sent to the server.
   * @throws what the browser throws when it cannot be opened
   */
  readonly start: (heard?: Promise<Heard>) => Promise<void>
  /** Closes the microphone, also one that is still being opened; what was said is transcribed. */
  readonly stop: () => void
  /** Transcribes a recording once more. Its words take the place of the older ones, where these were left as they were. */
  readonly transcribeAgain: (id: Id, model?: string) => void
  /** Forgets a recording, also the one that is being made. */
  readonly discard: (id: Id) => void
  /** Forgets the recordings whose words are in the message that was sent. */
  readonly forgetDone: () => void
  readonly readBlob: (id: Id) => Blob | null
  /** Closes the microphone. What was said stays on the device for the next time. */
  readonly close: () => void
}

/** What the browser's recogniser has heard when it ends. `error`: a sentence, if it failed. */
export interface Heard {
  readonly text: string
  readonly error: string | null
}

export interface DictationOptions {
  readonly storage: RecordingStorage
  readonly ownerId: string
  readonly conversationId: Id | null
  readonly connection: ConnectionStore
  readonly openMicrophone: OpenMicrophone
  /** @throws VoiceFailure */
  readonly transcribe: (recording: { blob: Blob; model: string | undefined }, signal: AbortSignal) => Promise<string>
  /** Puts the words into the message box. `replaces`: those that the same recording has put there before. */
  readonly onText: (text: string, replaces: string | null) => void
  /** A recording grows no larger. */
  readonly maxBytes: number
  readonly now?: () => number
}

interface Entry {
  readonly item: Recording
  readonly stored: StoredRecording | null
  /** Aborted when it is discarded. */
  readonly end: AbortController
  readonly model: string | undefined
}

/** The container and the last piece come on top. */
const reserveBytes = 64 * 1024
const keptForMs = 30 * 24 * 60 * 60_000

/**
 * Records, keeps every piece on the device before anything is sent, and transcribes what it finds there: after a reload, a crash or a time
 * without a network, too. A recording belongs to one tab at a time.
 */
export function createDictation(options: DictationOptions): Dictation {
  const { storage, ownerId, conversationId, connection, transcribe, onText, maxBytes, now = Date.now } = options
  const store = createValueStore<readonly Recording[]>([])
  const entries = new Map<Id, Entry>()
  const closing = new AbortController()
  let microphone: Microphone | null = null
  /** Stopped while it is being opened, which takes as long as a person is asked for their microphone. */
  let opening: { isStopped: boolean } | null = null
  let isWorking = false

  const publish = () => store.set([...entries.values()].map(({ item }) => item).toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  const change = (id: Id, changes: Partial<Recording>, more: Partial<Entry> = {}) => {
    const entry = entries.get(id)
    if (!entry) return
    entries.set(id, { ...entry, ...more, item: { ...entry.item, ...changes } })
    publish()
  }
  const keep = async (id: Id, changes: Partial<StoredRecording['whole']>) => {
    const stored = entries.get(id)?.stored
    if (!stored) return
    const next = { ...stored, whole: { ...stored.whole, ...changes } }
    change(id, {}, { stored: next })
    await storage.put(next)
  }

  /** Takes over what is on the device, as soon as no other tab has it. */
  const adopt = async (id: Id) => {
    const end = new AbortController()
    if (!(await holdRecording(id, AbortSignal.any([end.signal, closing.signal])))) return
    const stored = await storage.assemble(id)
    if (!stored || closing.signal.aborted) return end.abort()
    const { startedAt, durationMs, mediaType, text, error } = stored.whole
    const state = error !== null ? 'failed' : text !== null ? 'done' : 'waiting'
    entries.set(id, {
      item: { id, startedAt, durationMs, mediaType, state, text, error, isKept: true },
      stored,
      end,
      model: undefined,
    })
    publish()
    void work()
  }

  const load = async () => {
    await storage.removeOlder(now() - keptForMs)
    for (const id of await storage.listIds(ownerId, conversationId)) if (!entries.has(id)) void adopt(id)
  }

  /** Transcribes what waits, one after the other, so that the words come in the order in which they were said. */
  const work = async (): Promise<void> => {
    if (isWorking) return
    isWorking = true
    try {
      for (let next = findWaiting(); next && !closing.signal.aborted; next = findWaiting()) await transcribeOne(next)
    } finally {
      isWorking = false
    }
  }
  const findWaiting = () => store.get().find(({ id, state }) => state === 'waiting' && entries.get(id)?.stored)?.id

  const transcribeOne = async (id: Id): Promise<void> => {
    const entry = entries.get(id)
    if (!entry?.stored) return
    const signal = AbortSignal.any([entry.end.signal, closing.signal])
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        change(id, { state: 'transcribing' })
        const text = await transcribe({ blob: entry.stored.blob, model: entry.model }, signal)
        if (signal.aborted) return
        if (text !== '') onText(text, entry.item.text)
        change(id, { state: 'done', text, error: null })
        await keep(id, { text, error: null })
        return
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof VoiceFailure) || error.kind === 'refused') {
          const message = error instanceof VoiceFailure ? error.message : ''
          change(id, { state: 'failed', error: message })
          return keep(id, { error: message })
        }
        change(id, { state: 'waiting' })
        await untilLive(connection, Math.max(backoffMs(attempt + 1), error.retryAfterMs), signal)
      }
    }
  }

  /** Every piece is written in turn; the microphone does not wait for it. */
  const record = async (heard: Promise<Heard> | null, state: { readonly isStopped: boolean }): Promise<void> => {
    const id = uuidv7()
    const startedAt = now()
    const end = new AbortController()
    const free = new AbortController()
    let writing: Promise<unknown> = Promise.resolve()
    let index = 0
    let bytes = 0
    let mediaType = ''
    const early: Blob[] = []
    const put = (blob: Blob) => {
      const at = index
      const endMs = now() - startedAt
      index += 1
      bytes += blob.size
      writing = writing.then(async () => {
        const isKept = await storage.putPiece(id, at, blob, { ownerId, conversationId, startedAt, mediaType, endMs })
        change(id, { durationMs: endMs, ...(isKept ? {} : { isKept }) })
      })
      if (bytes > maxBytes - reserveBytes) opened.stop()
    }
    const onEnd = async () => {
      microphone = null
      await writing
      // No other tab may have it before all of it is written.
      AbortSignal.any([end.signal, closing.signal]).addEventListener('abort', () => free.abort())
      if (end.signal.aborted) await storage.remove(id)
      const stored = end.signal.aborted ? null : await storage.assemble(id)
      if (end.signal.aborted || closing.signal.aborted) return free.abort()
      if (!stored) {
        entries.delete(id)
        free.abort()
        return publish()
      }
      if (heard) {
        change(id, { durationMs: stored.whole.durationMs }, { stored })
        const { text, error } = await heard
        change(id, { state: error === null ? 'done' : 'failed', text, error })
        return keep(id, { text, error })
      }
      change(id, { state: 'waiting', durationMs: stored.whole.durationMs }, { stored })
      await work()
    }
    // Not before it is held can another tab see it.
    await holdRecording(id, free.signal)
    const opened = await options
      .openMicrophone({
        // The first piece may come before its type is known.
        onPiece: (blob) => (mediaType === '' ? early.push(blob) : put(blob)),
        onEnd: () => void onEnd(),
      })
      .catch((error: unknown) => {
        free.abort()
        throw error
      })
    mediaType = opened.mediaType
    for (const blob of early) put(blob)
    if (closing.signal.aborted) return opened.stop()
    microphone = opened
    entries.set(id, {
      item: { id, startedAt, durationMs: 0, mediaType, state: 'recording', text: null, error: null, isKept: true },
      stored: null,
      end,
      model: undefined,
    })
    publish()
    if (state.isStopped) opened.stop()
  }

  void load()

  return {
    get: store.get,
    subscribe: store.subscribe,
    start: async (heard) => {
      if (microphone || opening) return
      opening = { isStopped: false }
      try {
        await record(heard ?? null, opening)
      } finally {
        opening = null
      }
    },
    stop: () => {
      if (microphone) microphone.stop()
      else if (opening) opening.isStopped = true
    },
    transcribeAgain: (id, model) => {
      const state = entries.get(id)?.item.state
      if (state !== 'done' && state !== 'failed') return
      change(id, { state: 'waiting', error: null }, { model })
      void work()
    },
    discard: (id) => {
      const entry = entries.get(id)
      if (!entry) return
      entry.end.abort()
      entries.delete(id)
      publish()
      if (entry.item.state === 'recording') microphone?.stop()
      else void storage.remove(id)
    },
    forgetDone: () => {
      for (const { id, state } of store.get()) {
        if (state !== 'done') continue
        entries.get(id)?.end.abort()
        entries.delete(id)
        void storage.remove(id)
      }
      publish()
    },
    readBlob: (id) => entries.get(id)?.stored?.blob ?? null,
    close: () => {
      closing.abort()
      microphone?.stop()
    },
  }
}
