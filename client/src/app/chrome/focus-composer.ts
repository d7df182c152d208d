/** False where there is no composer. */
export function focusComposer(): boolean {
  const input = document.querySelector<HTMLTextAreaElement>('textarea[data-composer]')
  input?.focus()
  return input !== null
}
