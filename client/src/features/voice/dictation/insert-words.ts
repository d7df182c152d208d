/**
 * Puts words into a field where the caret is, and the caret behind them. Nothing that is in the field is lost: a selection stays.
 * @param replaces words that were put there before: where they are still there, the new ones take their place
 * @param isUntouched nobody has put the caret anywhere: the words go to the end
 */
export function insertWords(
  field: HTMLTextAreaElement,
  words: string,
  { replaces = null, isUntouched = false }: { readonly replaces?: string | null; readonly isUntouched?: boolean } = {},
): void {
  const { value } = field
  const older = replaces === null || replaces === '' ? -1 : value.lastIndexOf(replaces)
  if (replaces !== null && older >= 0) {
    field.setRangeText(words, older, older + replaces.length, 'preserve')
    return
  }
  const at = isUntouched ? value.length : field.selectionEnd
  const before = value.slice(0, at)
  const after = value.slice(at)
  const opening = before !== '' && !/[\s([{“‘"'/-]$/u.test(before) ? ' ' : ''
  const closing = after !== '' && !/^[\s.,;:!?)\]}”’"']/u.test(after) ? ' ' : ''
  field.setRangeText(`${opening}${words}${closing}`, at, at, 'end')
}
