import { useEffect } from 'react'

/** A part of the page is drawn again this many times after another program has changed its elements. */
export const maxRedraws = 3

/** Whether elements were moved by another program, such as a page translator: drawn again, everything is right. */
export function isForeignChange(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}

/** Stands for a failed part until it is drawn again. */
export function Redraw({ onRedraw }: { readonly onRedraw: () => void }) {
  useEffect(onRedraw)
  return null
}
