/** A ref for what appears in place of the element that had the focus: the focus moves there, and is not lost. */
export function focusOnce(element: HTMLElement | null): void {
  element?.focus()
}
