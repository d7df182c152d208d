/** A text in the pieces that the demo streams and counts: words, each with the white space before it. Joined they are the text. */
export function textToTokens(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? []
}

export function countTokens(text: string): number {
  return textToTokens(text).length
}
