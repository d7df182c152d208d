import { afterEach, beforeEach } from 'vitest'

/**
 * A setup file: what is printed as an error fails the test, as in the browser tests. The server writes to its log alone; React reports
 * there what it only survives, e.g. two equal keys or an update outside of `act`. A test that expects an error replaces `console.error`.
 */
const printed: string[] = []
const original = console.error
const record: typeof console.error = (...parts: readonly unknown[]) => {
  original(...parts)
  printed.push(parts.map(String).join(' '))
}

beforeEach(() => {
  printed.length = 0
  console.error = record
})

afterEach(() => {
  console.error = original
  if (printed.length > 0) throw new Error(`Printed as errors: ${printed.join('; ')}`)
})
