/** False where there is nothing to write into. */
export function focusComposer(): boolean {
  const input = document.querySelector<HTMLTextAreaElement>('[data-testid=composer-input]')
  input?.focus()
  return input !== null
}

/** Opens the last message that was sent for another version of it. False where there is none, or it is not in sight. */
export function editLastQuestion(): boolean {
  const buttons = document.querySelectorAll<HTMLElement>('[data-role=user] [data-testid=edit]')
  const last = buttons[buttons.length - 1]
  last?.click()
  return last !== undefined
}
