import type { Locator } from '@playwright/test'

/** A longer text is dictated or pasted rather than typed; typing it would take a test minutes. */
const longestTyped = 300

/**
 * Replaces what a field holds as fingers do: a click, everything selected, and a key for each character. Setting the value in one step
 * hides fields that lose the focus, the selection or characters while a person types. Line breaks are typed with Shift held.
 */
export async function typeInto(field: Locator, text: string): Promise<void> {
  await field.click()
  await field.press('ControlOrMeta+A')
  if (text === '') return await field.press('Delete')
  if (text.length > longestTyped) return await field.page().keyboard.insertText(text)
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) await field.press('Shift+Enter')
    await field.pressSequentially(line)
  }
}

/** Types a day like `2020-01-31` into a date field, part by part, as it is written in en-US. */
export async function typeDate(field: Locator, day: string): Promise<void> {
  const [year = '', month = '', date = ''] = day.split('-')
  await field.focus()
  await field.pressSequentially(`${month}${date}${year}`)
}
