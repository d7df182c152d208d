import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Puts a formula into an element. Gives false, and leaves the element to the caller, for what is no formula. */
export function typeset(value: string, element: HTMLElement, isDisplay: boolean): boolean {
  try {
    katex.render(value, element, {
      displayMode: isDisplay,
      // Links, pictures and styles in a formula are not carried out.
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
