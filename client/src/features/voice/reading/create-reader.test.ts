import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReader, type Reader } from './create-reader.ts'
import { ReadingError, type Speaker } from './speaker.ts'
import { toUnits } from './to-units.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const settle = () => vi.advanceTimersByTimeAsync(1)

/** A voice that is done with a text when the test says so. */
function createVoice() {
  const said: string[] = []
  let end = () => {}
  const speaker: Speaker = {
    speak: async (text, speed, signal) => {
      said.push(speed === 1 ? text : `${text} (${speed})`)
      const { promise, resolve } = Promise.withResolvers<void>()
      end = resolve
      signal.addEventListener('abort', () => resolve())
      await promise
    },
    close: vi.fn(),
  }
  return {
    speaker,
    said,
    finish: async () => {
      end()
      await settle()
    },
  }
}

function createText(paragraphs: readonly string[], isGrowing = false) {
  let text = { paragraphs, isGrowing }
  const listeners = new Set<() => void>()
  return {
    read: () => text,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    grow: async (next: readonly string[], growing = true) => {
      text = { paragraphs: next, isGrowing: growing }
      for (const listener of listeners) listener()
      await settle()
    },
  }
}
const where = (reader: Reader) => `${reader.get().status} ${reader.get().paragraph + 1}/${reader.get().count}`

test('paragraphs are read in order, from the one that was chosen', async () => {
  const { speaker, said, finish } = createVoice()
  const reader = createReader({ source: createText(['One.', 'Two.', 'Three.']), speaker, speed: 1, from: 1 })
  await settle()
  expect([said, where(reader)]).toEqual([['Two.'], 'reading 2/3'])
  await finish()
  expect(said).toEqual(['Two.', 'Three.'])
  await finish()
  expect(where(reader)).toBe('done 3/3')
  reader.resume()
  await settle()
  expect([said.at(-1), where(reader)]).toEqual(['One.', 'reading 1/3'])
})

test('an answer is read while it is written, but no sentence before it is finished', async () => {
  const { speaker, said, finish } = createVoice()
  const text = createText(['The kelp ho'], true)
  const reader = createReader({ source: text, speaker, speed: 1, from: 0 })
  await settle()
  expect([said, where(reader)]).toEqual([[], 'waiting 1/1'])
  await text.grow(['The kelp holds.', 'It is'])
  expect([said, where(reader)]).toEqual([['The kelp holds.'], 'reading 1/2'])
  await finish()
  expect(where(reader)).toBe('waiting 2/2')
  await text.grow(['The kelp holds.', 'It is strong.'], false)
  expect(said).toEqual(['The kelp holds.', 'It is strong.'])
  await finish()
  expect(where(reader)).toBe('done 2/2')
})

test('it pauses in a sentence and reads that again; a step goes to another paragraph; the speed is the next sentence’s, too', async () => {
  const { speaker, said } = createVoice()
  const reader = createReader({ source: createText(['One.', 'Two.']), speaker, speed: 1, from: 0 })
  await settle()
  reader.pause()
  await settle()
  expect(where(reader)).toBe('paused 1/2')
  reader.setSpeed(1.5)
  await settle()
  expect(said).toEqual(['One.'])
  reader.resume()
  await settle()
  reader.goTo(1)
  await settle()
  reader.goTo(7)
  await settle()
  reader.goTo(-1)
  await settle()
  expect(said).toEqual(['One.', 'One. (1.5)', 'Two. (1.5)', 'Two. (1.5)', 'One. (1.5)'])
  reader.close()
  expect(speaker.close).toHaveBeenCalledOnce()
})

test('a voice that fails is told, and reading can begin again', async () => {
  const speak = vi.fn<Speaker['speak']>().mockRejectedValueOnce(new ReadingError('no-voices'))
  const reader = createReader({ source: createText(['One.']), speaker: { speak, close: () => undefined }, speed: 1, from: 0 })
  await settle()
  expect(reader.get()).toMatchObject({ status: 'failed', error: { reason: 'no-voices' } })
  speak.mockResolvedValue()
  reader.resume()
  await settle()
  expect(where(reader)).toBe('done 1/1')
})

test('a paragraph is said in stretches of whole sentences; all but the last stay the same while it grows', () => {
  const sentence = 'The kelp holds fast to the rock in every storm. '
  const text = `${sentence.repeat(20)}${'word '.repeat(100)}${'x'.repeat(700)}`
  const units = toUnits(text)
  expect(units.every((unit) => unit.length <= 300)).toBe(true)
  expect(units.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  expect(units[0]?.endsWith('storm.')).toBe(true)
  for (let length = 1; length < text.length; length += 7) {
    const grown = toUnits(text.slice(0, length))
    expect(units.slice(0, grown.length - 1)).toEqual(grown.slice(0, -1))
  }
})
