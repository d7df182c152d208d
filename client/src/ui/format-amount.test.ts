import { expect, test } from 'vitest'
import { formatBytes, formatMicroUsd, formatShortCount, formatWindow } from './format-amount.ts'

test.each([
  [4096, '4k'],
  [8192, '8k'],
  [32_768, '32k'],
  [128_000, '128k'],
  [131_072, '128k'],
  [200_000, '200k'],
  [1_000_000, '1M'],
  [1_048_576, '1M'],
  [2_097_152, '2M'],
  [1_500_000, '1.5M'],
])('a window of %i tokens is formatted as %s', (tokens, said) => {
  expect(formatWindow(tokens, 'en')).toBe(said)
})

test.each([
  [0, '$0.00'],
  [1, '$0.000001'],
  [15, '$0.000015'],
  [4_000, '$0.004'],
  [75_000, '$0.075'],
  [150_000, '$0.15'],
  [600_000, '$0.60'],
  [12_300_000, '$12.30'],
  [1_234_567_000, '$1,234.57'],
])('%i millionths of a dollar are %s', (microUsd, said) => {
  expect(formatMicroUsd(microUsd, 'en')).toBe(said)
})

test.each([
  [0, '0'],
  [950, '950'],
  [8_230, '8.2k'],
  [128_400, '128k'],
  [1_000_000, '1M'],
])('%i is abbreviated as %s', (count, said) => {
  expect(formatShortCount(count, 'en')).toBe(said)
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [43_124, '43 kB'],
  [3_440_000, '3.4 MB'],
  [26_214_400, '26 MB'],
])('%d bytes read %j', (bytes, words) => {
  expect(formatBytes(bytes, 'en')).toBe(words)
})
