/** A whole server on a free port with a model that does what a test says: for the tests of clients. */
export { createTestApp, type TestApp, type TestAppOptions, type TestUser } from './create-test-app.ts'
/** The answers of such a model: `answers.text('Hello')`, `answers.tokens(100, { perSecond: 50 })`, `answers.toolCalls(…)`. */
export * as answers from './scripted-provider/answers.ts'
