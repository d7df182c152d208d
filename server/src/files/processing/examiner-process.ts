import { examineFile } from './examine-file.ts'
import type { FileToExamine } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'

/** The process behind `createFileExaminer`: examines one file after the other. Anything unexpected ends it. */
process.on('message', (file) => void answer(file as FileToExamine))
// The server is gone.
process.on('disconnect', () => process.exit())

async function answer(file: FileToExamine): Promise<void> {
  try {
    process.send?.({ examined: await examineFile(file) })
  } catch (error) {
    if (error instanceof FileRefusal) {
      process.send?.({ refusal: error.message, cause: error.cause instanceof Error ? error.cause.message : null })
    } else
      setImmediate(() => {
        throw error
      })
  }
}
