const focusable = 'a[href], button:not([disabled])'
/** Target if there is no other item. */
const page = 'main'

/**
 * Call before an item leaves its list. Returns a function that moves the focus to the next or previous item after the removal.
 *
 * @param itemSelector matches all items of the list in the document
 */
export function prepareNeighbourFocus(item: Element | null, itemSelector: string): () => void {
  const items = [...document.querySelectorAll(itemSelector)]
  const index = item === null ? -1 : items.indexOf(item)
  const neighbour = index < 0 ? undefined : (items[index + 1] ?? items[index - 1])
  return () => {
    const item = neighbour instanceof HTMLElement && neighbour.hasAttribute('tabindex') ? neighbour : null
    const target = item ?? (neighbour ?? document).querySelector<HTMLElement>(neighbour ? focusable : page)
    // Wait for a closing menu, which returns the focus to the removed item. Somebody who writes elsewhere meanwhile keeps the focus.
    const move = () => {
      if (target?.isConnected && !document.activeElement?.matches('input, textarea, [contenteditable]')) target.focus()
    }
    setTimeout(() => requestAnimationFrame(move), 50)
  }
}
