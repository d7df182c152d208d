import { expect, test } from 'vitest'
import { createTextPace } from './text-pace.ts'

function createTimedPace() {
  let time = 1_000
  const pace = createTextPace(() => time)
  return {
    wait: (ms: number) => {
      time += ms
    },
    /** Chooses a text, and takes this long to render it. */
    show: (text: string, isGrowing: boolean, costMs: number) => {
      const chosen = pace.choose(text, isGrowing)
      time += costMs
      pace.rendered()
      return chosen.text
    },
    waitMs: (text: string) => pace.choose(text, true).waitMs,
  }
}

test('a cheap text renders whenever it grows', () => {
  const { show } = createTimedPace()
  expect(show('a', true, 2)).toBe('a')
  expect(show('ab', true, 2)).toBe('ab')
  expect(show('abc', true, 2)).toBe('abc')
})

test('an expensive text renders again after twice the time that it took', () => {
  const { show, wait, waitMs } = createTimedPace()
  show('a', true, 40)
  expect(show('ab', true, 0)).toBe('a')
  expect(waitMs('ab')).toBe(80)
  wait(79)
  expect(show('abc', true, 0)).toBe('a')
  wait(1)
  expect(show('abcd', true, 5)).toBe('abcd')
})

test('the rendered text is at most a quarter of a second old', () => {
  const { show, waitMs } = createTimedPace()
  show('a', true, 5_000)
  expect(waitMs('ab')).toBe(250)
})

test('the end of a text, and another text, render immediately', () => {
  const { show } = createTimedPace()
  show('a', true, 100)
  expect(show('ab', false, 100)).toBe('ab')
  expect(show('other', true, 100)).toBe('other')
  expect(show('oth', true, 100)).toBe('oth')
})
