/** False where there is nothing to write into. */
export function focusComposer(): boolean {
  const input = document.querySelector<HTMLTextAreaElement>('[data-testid=composer-input]')
  input?.focus()
  return input !== null
}
