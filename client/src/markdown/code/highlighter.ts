import type { HighlightAnswer, HighlightEnd, HighlightRequest } from './highlight-protocol.ts'

/** The highlighting worker, started for the first block that needs it and shared by all. */
export interface Highlighter {
  /** Registers a block and its answer handler. Returns the block's number. */
  readonly add: (onAnswer: (answer: HighlightAnswer) => void) => number
  readonly ask: (request: HighlightRequest) => void
  readonly remove: (block: number) => void
}

let shared: Highlighter | null = null

/** Null if the browser has no workers. */
export function openHighlighter(): Highlighter | null {
  if (typeof Worker === 'undefined') return null
  return (shared ??= createHighlighter())
}

function createHighlighter(): Highlighter {
  const worker = new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module', name: 'highlight' })
  // An error inside the worker is an `ErrorEvent`. Any other means that its code could not be loaded: the next block starts it again.
  worker.addEventListener('error', (event: Event) => {
    if (!(event instanceof ErrorEvent)) shared = null
  })
  const answers = new Map<number, (answer: HighlightAnswer) => void>()
  let lastBlock = 0
  let waiting: HighlightAnswer[] = []
  worker.addEventListener('message', ({ data }: MessageEvent<HighlightAnswer>) => {
    waiting.push(data)
    // Answers since the last frame render together.
    if (waiting.length === 1) requestAnimationFrame(deliver)
  })
  const deliver = () => {
    const delivered = waiting
    waiting = []
    for (const answer of delivered) answers.get(answer.block)?.(answer)
  }
  return {
    add: (onAnswer) => {
      lastBlock += 1
      answers.set(lastBlock, onAnswer)
      return lastBlock
    },
    ask: (request) => worker.postMessage(request),
    remove: (block) => {
      answers.delete(block)
      worker.postMessage({ block, isOver: true } satisfies HighlightEnd)
    },
  }
}
