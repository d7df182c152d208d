import { useLayoutEffect, type RefObject } from 'react'

const growsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content')

/** Makes a text area as high as its text where the browser does not know `field-sizing` (WebKit). */
export function useGrowingHeight(ref: RefObject<HTMLTextAreaElement | null>, value: string): void {
  useLayoutEffect(() => {
    const element = ref.current
    if (!element || growsByItself) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [value, ref])
}
