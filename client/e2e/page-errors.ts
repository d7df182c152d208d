import type { Browser, BrowserContext, ConsoleMessage, WebError } from '@playwright/test'

/** Errors of pages, which fail a test: exceptions, unhandled rejections, and printed errors. */
export interface PageErrors {
  /** Errors that match are part of what this test is about. */
  readonly allow: (pattern: RegExp) => void
  /** The errors so far that are not allowed. */
  readonly unexpected: () => readonly string[]
}

/** The browser's own lines about requests that failed or that the page's policy refused. */
const networkLine =
  /^(?:Failed to load resource:|WebSocket connection to )|violates the following Content Security Policy|Failed to fetch dynamically imported module/u

/** Listens to every page that the browser has or opens, until disposed. */
export function watchPageErrors(browser: Browser): PageErrors & Disposable {
  const errors: string[] = []
  const allowed: RegExp[] = [networkLine]
  const onError = (error: WebError) => void errors.push(String(error.error().stack ?? error.error()))
  const onConsole = (line: ConsoleMessage) => {
    if (line.type() === 'error') errors.push(line.text())
  }
  const watched = new Set<BrowserContext>()
  const watch = (context: BrowserContext) => {
    if (watched.has(context)) return
    watched.add(context)
    context.on('weberror', onError).on('console', onConsole)
  }
  for (const context of browser.contexts()) watch(context)
  browser.on('context', watch)
  return {
    allow: (pattern) => void allowed.push(pattern),
    unexpected: () => errors.filter((error) => !allowed.some((pattern) => pattern.test(error))),
    [Symbol.dispose]: () => {
      browser.off('context', watch)
      for (const context of watched) context.off('weberror', onError).off('console', onConsole)
    },
  }
}
