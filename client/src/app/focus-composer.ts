export function focusComposer(): void {
  document.querySelector<HTMLTextAreaElement>('[data-testid=composer-input]')?.focus()
}
