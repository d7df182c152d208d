/**
 * The language of the interface, with the region that the browser asks for: dates and times are written as in the browser's own date
 * fields beside them.
 */
export const locale = toLocale(globalThis.navigator?.languages ?? [])

/** The first English among the languages of the browser, most wanted first; English of no region if there is none. */
export function toLocale(languages: readonly string[]): string {
  const wanted = languages.find((language) => /^en(?:-|$)/iu.test(language))
  return wanted !== undefined && isKnown(wanted) ? wanted : 'en'
}

/** A browser may ask with a tag that is malformed. */
function isKnown(language: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0
  } catch {
    return false
  }
}
