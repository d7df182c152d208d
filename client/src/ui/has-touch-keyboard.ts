/** Whether focusing a field opens an on-screen keyboard. */
export function hasTouchKeyboard(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}
