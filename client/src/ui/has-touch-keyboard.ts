/** Whether a field that gets the focus raises a keyboard over the page. */
export function hasTouchKeyboard(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}
