/**
 * For the environment of a test runner: servers that tests start optimise the WebAssembly of the database late. Doing so is a quarter of a
 * start, and most of these servers end before it pays. Benchmarks measure servers as they are.
 */
export const lateOptimisation = { TEST_SERVER_V8_FLAG: '--wasm-tiering-budget=200000000' } as const
