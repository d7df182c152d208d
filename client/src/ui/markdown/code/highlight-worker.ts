import { createLineHighlighter } from './highlight-lines.ts'
import type { HighlightAnswer, HighlightEnd, HighlightRequest } from './highlight-protocol.ts'

/** Runs beside the page: compiling a grammar takes a tenth of a second, in which nothing else would move. */
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

/** A grammar that cannot be loaded or that the engine cannot run leaves the code as it was written. */
async function answer(request: HighlightRequest): Promise<HighlightAnswer> {
  try {
    return await highlighter.highlight(request)
  } catch (error) {
    reportError(error)
    return { block: request.block, from: request.from, lines: null }
  }
}
