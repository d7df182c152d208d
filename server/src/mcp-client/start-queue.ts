import { setTimeout as sleep } from 'node:timers/promises'

/** Programs that start all at the same time slow each other down until none of them is ready in time. */
export interface StartQueue {
  run<Value>(start: () => Promise<Value>): Promise<Value>
}

/** `atOnce`: the number of concurrent starts. One that takes longer than `patienceMs` no longer holds the others up. */
export function createStartQueue(atOnce: number, patienceMs: number): StartQueue {
  let running = 0
  const waiting: (() => void)[] = []
  const release = () => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
  return {
    async run(start) {
      if (running < atOnce) running += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      const started = start()
      const settled = started.then(
        () => undefined,
        () => undefined,
      )
      void Promise.race([settled, sleep(patienceMs, undefined, { ref: false })]).then(release)
      return await started
    },
  }
}
