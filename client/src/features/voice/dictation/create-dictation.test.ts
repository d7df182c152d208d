import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFilesInMemory, openDeviceFiles, type DeviceFiles } from '../../../lib/device-files.ts'
import { createValueStore } from '../../../lib/value-store.ts'
import type { ConnectionState } from '../../../sdk/transport/connection.ts'
import { VoiceFailure } from '../service/ask-voice.ts'
import { createDictation, type Dictation, type DictationOptions } from './create-dictation.ts'
import type { MicrophoneOptions } from './microphone.ts'
import { createRecordingStorage } from './recording-storage.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

let databases = 0

function createHarness({ files }: { readonly files?: DeviceFiles } = {}) {
  databases += 1
  const name = `recordings ${databases}`
  const connection = { ...createValueStore<ConnectionState>({ status: 'live' }), retryNow: () => undefined }
  const transcribe = vi.fn<DictationOptions['transcribe']>(async ({ blob }) => `heard ${await blob.text()}`)
  const written: string[] = []
  const onText = vi.fn<DictationOptions['onText']>((text) => void written.push(text))
  const microphones: (MicrophoneOptions & { isOpen: boolean })[] = []
  const opened: Dictation[] = []
  const open = (more: Partial<DictationOptions> = {}) => {
    const dictation = createDictation({
      storage: createRecordingStorage(files ?? openDeviceFiles(name)),
      ownerId: 'ann',
      conversationId: 'c1',
      connection,
      openMicrophone: async (options) => {
        const microphone = { ...options, isOpen: true }
        microphones.push(microphone)
        return {
          mediaType: 'audio/webm',
          stop: () => {
            if (!microphone.isOpen) return
            microphone.isOpen = false
            options.onEnd()
          },
        }
      },
      transcribe,
      onText,
      maxBytes: 1_000_000,
      ...more,
    })
    opened.push(dictation)
    return dictation
  }
  const say = (words: string) => microphones.at(-1)?.onPiece(new Blob([words]))
  const kept = async () => (await openDeviceFiles(name).list()).length
  return { open, connection, transcribe, written, onText, microphones, say, kept }
}

const states = (dictation: Dictation) => dictation.get().map(({ state }) => state)
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000 })

test('every piece is on the device before the next; the whole is transcribed once, and its words are written once', async () => {
  const { open, say, kept, transcribe, written } = createHarness()
  const dictation = open()
  await dictation.start()
  for (const [index, words] of ['one ', 'two ', 'three'].entries()) {
    say(words)
    await until(async () => expect(await kept()).toBe(index + 1))
  }
  expect([states(dictation), transcribe.mock.calls.length]).toEqual([['recording'], 0])
  dictation.stop()
  await until(() => expect(states(dictation)).toEqual(['done']))
  expect(written).toEqual(['heard one two three'])
  expect(await kept()).toBe(1)

  dictation.close()
  const again = open()
  await until(() => expect(states(again)).toEqual(['done']))
  expect(again.get()).toMatchObject([{ text: 'heard one two three' }])
  expect(written).toHaveLength(1)
  again.forgetDone()
  await until(async () => expect(await kept()).toBe(0))
})

test('a page that is closed in the middle of a recording loses none of its pieces', async () => {
  const { open, say, kept, written } = createHarness()
  const first = open()
  await first.start()
  say('one ')
  say('two')
  await until(async () => expect(await kept()).toBe(2))
  first.close()
  const second = open()
  await until(() => expect(states(second)).toEqual(['done']))
  expect(written).toEqual(['heard one two'])
})

test('a recording shows up in its own conversation and for its own user only', async () => {
  const { open, say, written } = createHarness()
  const first = open()
  await first.start()
  say('one')
  first.close()
  const others = [open({ conversationId: 'c2' }), open({ conversationId: null }), open({ ownerId: 'bob' })]
  const own = open()
  await until(() => expect(states(own)).toEqual(['done']))
  expect(others.map(states)).toEqual([[], [], []])
  expect(written).toEqual(['heard one'])
})

test('without a network a recording waits, and is transcribed when the connection is back', async () => {
  const { open, say, connection, transcribe, written } = createHarness()
  connection.set({ status: 'offline' })
  transcribe.mockRejectedValueOnce(new VoiceFailure('later', ''))
  const dictation = open()
  await dictation.start()
  say('one')
  dictation.stop()
  await until(() => expect(transcribe).toHaveBeenCalledOnce())
  await until(() => expect(states(dictation)).toEqual(['waiting']))
  connection.set({ status: 'live' })
  await until(() => expect(states(dictation)).toEqual(['done']))
  expect(written).toEqual(['heard one'])
})

test('what the service refuses waits for a person, over a reload, too; a second try names another model and its older words', async () => {
  const { open, say, transcribe, onText } = createHarness()
  transcribe.mockRejectedValueOnce(new VoiceFailure('refused', 'The voice service could not read this'))
  const first = open()
  await first.start()
  say('one')
  first.stop()
  await until(() => expect(first.get()).toMatchObject([{ state: 'failed', error: 'The voice service could not read this' }]))
  first.close()
  const second = open()
  await until(() => expect(states(second)).toEqual(['failed']))
  const id = second.get()[0]?.id ?? ''
  second.transcribeAgain(id)
  await until(() => expect(states(second)).toEqual(['done']))
  transcribe.mockResolvedValueOnce('heard better')
  second.transcribeAgain(id, 'whisper-large')
  await until(() => expect(onText).toHaveBeenLastCalledWith('heard better', 'heard one'))
  expect(transcribe.mock.lastCall?.[0].model).toBe('whisper-large')
})

test('two recordings are transcribed in the order in which they were made', async () => {
  const { open, say, transcribe, written } = createHarness()
  const { promise, resolve } = Promise.withResolvers<string>()
  transcribe.mockReturnValueOnce(promise)
  const dictation = open()
  await dictation.start()
  say('one')
  dictation.stop()
  await until(() => expect(states(dictation)).toEqual(['transcribing']))
  await vi.advanceTimersByTimeAsync(5)
  await dictation.start()
  say('two')
  dictation.stop()
  await until(() => expect(states(dictation)).toEqual(['transcribing', 'waiting']))
  resolve('first')
  await until(() => expect(states(dictation)).toEqual(['done', 'done']))
  expect(written).toEqual(['first', 'heard two'])
})

test('a discarded recording leaves nothing, neither while it is made nor while it is transcribed', async () => {
  const { open, say, kept, transcribe, written, microphones } = createHarness()
  const dictation = open()
  await dictation.start()
  say('one')
  dictation.discard(dictation.get()[0]?.id ?? '')
  await until(async () => expect(await kept()).toBe(0))
  expect([microphones[0]?.isOpen, states(dictation)]).toEqual([false, []])

  const { promise, resolve } = Promise.withResolvers<string>()
  transcribe.mockReturnValueOnce(promise)
  await dictation.start()
  say('two')
  dictation.stop()
  await until(() => expect(states(dictation)).toEqual(['transcribing']))
  dictation.discard(dictation.get()[0]?.id ?? '')
  resolve('too late')
  await until(async () => expect(await kept()).toBe(0))
  expect(written).toEqual([])
})

test('a recording ends before it is larger than the service takes', async () => {
  const { open, say, written, microphones } = createHarness()
  const dictation = open({ maxBytes: 64 * 1024 + 10 })
  await dictation.start()
  say('12345')
  expect(microphones[0]?.isOpen).toBe(true)
  say('678901')
  await until(() => expect(states(dictation)).toEqual(['done']))
  expect(written).toEqual(['heard 12345678901'])
})

test('where the browser keeps nothing, a recording says so and works', async () => {
  const memory = createFilesInMemory()
  const { open, say, written } = createHarness({ files: { ...memory, put: async (file) => !(await memory.put(file)) } })
  const dictation = open()
  await dictation.start()
  say('one')
  await until(() => expect(dictation.get()).toMatchObject([{ isKept: false }]))
  dictation.stop()
  await until(() => expect(states(dictation)).toEqual(['done']))
  expect(written).toEqual(['heard one'])
})

test('a microphone that cannot be opened leaves nothing behind', async () => {
  const { open } = createHarness()
  const dictation = open({ openMicrophone: async () => Promise.reject(new DOMException('no', 'NotAllowedError')) })
  await expect(dictation.start()).rejects.toMatchObject({ name: 'NotAllowedError' })
  expect(dictation.get()).toEqual([])
})

test('the microphone stayed open when it was stopped while it was being opened', async () => {
  const { open, microphones, kept } = createHarness()
  const dictation = open()
  const started = dictation.start()
  dictation.stop()
  await started
  await until(() => expect(microphones.map(({ isOpen }) => isOpen)).toEqual([false]))
  await until(() => expect(dictation.get()).toEqual([]))
  expect(await kept()).toBe(0)
  // The next one goes on until it is stopped itself.
  await dictation.start()
  expect([states(dictation), microphones.at(-1)?.isOpen]).toEqual([['recording'], true])
})

test.each([
  [null, 'done'],
  ['It cannot be reached.', 'failed'],
] as const)('beside the browser’s recogniser a recording is kept and not sent (error: %s)', async (error, state) => {
  const { open, say, transcribe, onText, kept } = createHarness()
  const dictation = open()
  const heard = Promise.withResolvers<{ text: string; error: string | null }>()
  await dictation.start(heard.promise)
  say('one ')
  say('two')
  dictation.stop()
  heard.resolve({ text: 'one two', error })
  await until(() => expect(dictation.get()).toMatchObject([{ state, text: 'one two', error }]))
  expect(await dictation.readBlob(dictation.get()[0]?.id ?? '')?.text()).toBe('one two')
  await until(async () => expect(await kept()).toBe(1))
  dictation.close()
  // After a reload, too.
  const later = open()
  await until(() => expect(later.get()).toMatchObject([{ text: 'one two', error }]))
  expect(states(later)).toEqual([state])
  expect([transcribe.mock.calls.length, onText.mock.calls.length]).toEqual([0, 0])
})
