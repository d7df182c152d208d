/** What a stored text says; null when it says nothing that can be read. It may come from an older page or another hand. */
export function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
