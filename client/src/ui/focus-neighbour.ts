const focusable = 'a[href], button:not([disabled])'
/** Where there is no other item, the page itself. */
const page = 'main'

/**
 * For the moment before an item leaves its list: gives what puts the focus on the item after it, or before it, once it is gone.
 * `itemSelector` finds all items of the list in the document.
 */
export function prepareNeighbourFocus(item: Element | null, itemSelector: string): () => void {
  const items = [...document.querySelectorAll(itemSelector)]
  const index = item === null ? -1 : items.indexOf(item)
  const neighbour = index < 0 ? undefined : (items[index + 1] ?? items[index - 1])
  return () => {
    const item = neighbour instanceof HTMLElement && neighbour.hasAttribute('tabindex') ? neighbour : null
    const target = item ?? (neighbour ?? document).querySelector<HTMLElement>(neighbour ? focusable : page)
    // A menu that closes first gives the focus back to what is gone.
    if (target) setTimeout(() => requestAnimationFrame(() => target.isConnected && target.focus()), 50)
  }
}
