import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Typesets a formula into an element. Returns false, and leaves the element alone, if it is invalid. */
export function typeset(value: string, element: HTMLElement, isDisplay: boolean): boolean {
  try {
    katex.render(value, element, {
      displayMode: isDisplay,
      // Ignores links, images and styles in formulas.
      trust: false,
      strict: 'ignore',
      maxExpand: 500,
      maxSize: 20,
      throwOnError: true,
    })
    return true
  } catch (error) {
    if (error instanceof katex.ParseError || error instanceof RangeError) return false
    throw error
  }
}
