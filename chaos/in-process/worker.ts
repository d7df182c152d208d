import { runManyInProcess } from './run-many.ts'

/** A part of the in-process runs, in a process of its own: `worker.ts <first seed> <count>`. It sends each result to its parent. */
const [first = 1, count = 0] = process.argv.slice(2).map(Number)
await runManyInProcess({ first, count, onResult: (result) => process.send?.(result) })
process.exit(0)
