import { createLineHighlighter } from './highlight-lines.ts'
import type { HighlightAnswer, HighlightEnd, HighlightRequest } from './highlight-protocol.ts'

/** Runs in a worker because compiling a grammar blocks for a tenth of a second. */
const highlighter = createLineHighlighter()
let queue: Promise<void> = Promise.resolve()

addEventListener('message', ({ data }: MessageEvent<HighlightRequest | HighlightEnd>) => {
  if ('isOver' in data) {
    highlighter.forget(data.block)
    return
  }
  queue = queue.then(async () => {
    postMessage(await answer(data))
  })
})

/** Code stays plain if its grammar cannot be loaded or run. */
async function answer(request: HighlightRequest): Promise<HighlightAnswer> {
  try {
    return await highlighter.highlight(request)
  } catch (error) {
    reportError(error)
    return { block: request.block, from: request.from, lines: null }
  }
}
