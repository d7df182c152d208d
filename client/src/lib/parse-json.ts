/** Parses a stored text; null when it is no JSON. The result may come from an older page or from anyone: check its shape. */
export function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
