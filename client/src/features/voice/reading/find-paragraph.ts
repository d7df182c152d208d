const blocks = 'p, li, h1, h2, h3, h4, h5, h6, tr, pre, summary, blockquote'

/** What is shown and what is read differ in spaces and marks. */
const toLetters = (text: string) => text.replaceAll(/[^\p{L}\p{N}]+/gu, '')

/**
 * The index of the paragraph that an element of the message shows; -1: none.
 * @param paragraphs as they are read
 */
export function findParagraph(target: Node, paragraphs: readonly string[]): number {
  const letters = paragraphs.map(toLetters)
  let element = target instanceof Element ? target : target.parentElement
  for (; element && !element.matches('[data-part=message]'); element = element.parentElement) {
    if (!element.matches(blocks)) continue
    const shown = toLetters(element.textContent)
    const exact = letters.indexOf(shown)
    if (exact >= 0) return exact
    // An item may hold a list of its own, a block of code its buttons, and a paragraph the number of a footnote.
    const similar = letters.findIndex((each) => each !== '' && (shown.startsWith(each) || shown.endsWith(each)))
    if (similar >= 0) return similar
  }
  return -1
}

/** The element of the message that shows a paragraph; null where it is not on the screen. */
export function findElement(message: Element, paragraph: string): Element | null {
  const letters = toLetters(paragraph)
  const found = [...message.querySelectorAll(`.prose :is(${blocks})`)]
  return (
    found.find((element) => toLetters(element.textContent) === letters) ??
    found.find((element) => letters !== '' && toLetters(element.textContent).startsWith(letters)) ??
    null
  )
}
