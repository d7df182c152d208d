import { expect } from 'vitest'

/** Asserts that a caller's answer contains nothing internal: no stack, no query, no path, no secret of the tests. */
export function expectNothingInternal(answer: unknown): void {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  expect(text).not.toMatch(/\bat .+:\d+:\d+|\.ts\b|\.js\b|node_modules|node:|\/(?:home|root|tmp|usr|work)\//u)
  expect(text).not.toMatch(
    /\b(?:select|insert into|update|delete from|returning|violates|constraint|syntax error|invalid input syntax)\b .*(?:from|set|where|"|value)/iu,
  )
  expect(text).not.toMatch(/canary|only used in tests|"stack"|postgres|pglite|drizzle|Failed query/iu)
}
