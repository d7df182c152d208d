const stillMs = 250
const longestMs = 8_000

/**
 * Resolves when nothing has changed in an element for a moment and its fonts are there: what is formatted and coloured later is in it
 * then. True, or false when `signal` ended it. Waits 8 seconds at most.
 */
export async function whenIdle(element: HTMLElement, signal: AbortSignal): Promise<boolean> {
  await document.fonts.ready
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, stillMs)
    const observer = new MutationObserver(() => {
      clearTimeout(timer)
      timer = setTimeout(resolve, stillMs)
    })
    observer.observe(element, { childList: true, characterData: true, subtree: true })
    AbortSignal.any([signal, AbortSignal.timeout(longestMs)]).addEventListener('abort', () => {
      observer.disconnect()
      resolve()
    })
  })
  return !signal.aborted
}
