import { expect, type Locator } from '@playwright/test'

/**
 * Watches every frame that is painted from now on; the result says by how many pixels a row in sight has moved against the direction in
 * which the reader scrolls. An intersection observer reports the places as they are painted, after everything in the frame that measures
 * and corrects; a task that runs later may find rows that have been rendered and not been corrected yet. On a busy machine the reports of
 * several frames arrive together and in any order, so they are compared in the order of their times.
 */
export async function watchRows(thread: Locator, direction: 1 | -1): Promise<() => Promise<number>> {
  await thread.evaluate((element) => {
    const watched: WatchedRows = { frames: [], isStopped: false }
    const next = () => {
      if (watched.isStopped) return
      const observer = new IntersectionObserver(
        (entries) => {
          observer.disconnect()
          const visible = entries.filter(({ isIntersecting }) => isIntersecting)
          watched.frames.push({
            time: entries[0]?.time ?? 0,
            rows: visible.map(({ target, boundingClientRect }) => [
              (target as HTMLElement).dataset['row'] ?? '',
              boundingClientRect.top,
            ]),
          })
        },
        { root: element },
      )
      for (const row of element.querySelectorAll('[data-row]')) observer.observe(row)
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
    Object.assign(window, { watchedRows: watched })
  })
  return async () => {
    const frames = await thread.page().evaluate(() => {
      const { watchedRows } = window as unknown as { watchedRows: WatchedRows }
      watchedRows.isStopped = true
      return watchedRows.frames
    })
    expect(frames.length, 'frames').toBeGreaterThan(2)
    let against = 0
    let before = new Map<string, number>()
    for (const { rows } of frames.toSorted((one, other) => one.time - other.time)) {
      for (const [key, top] of rows) against = Math.max(against, (top - (before.get(key) ?? top)) * direction)
      before = new Map(rows)
    }
    return against
  }
}

interface WatchedRows {
  readonly frames: { readonly time: number; readonly rows: (readonly [key: string, top: number])[] }[]
  isStopped: boolean
}
