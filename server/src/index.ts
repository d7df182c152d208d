/** A whole server on a free port with a model that does what a test says: for the tests of clients. */
export { createTestApp, type TestApp, type TestAppOptions, type TestUser } from '../test/create-test-app.ts'
/** What such a model can do: `answers.text('Hello')`, `answers.tokens(100, { perSecond: 50 })`, `answers.toolCalls(…)`. */
export * as answers from '../test/scripted-provider/answers.ts'
export type { AppRouter } from './router.ts'
