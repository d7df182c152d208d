/**
 * In what is kept of a request, the bytes of a file are replaced by where they are in the storage. The mark begins and ends with a character
 * that JSON never holds as it is, so nothing that somebody wrote can be taken for one.
 */
const mark = '\u0001'

export interface SentMedia {
  /** The bytes in base64, as they stand in the request. */
  readonly data: string
  /** Where they are in the storage. */
  readonly key: string
}

export function markMedia(body: string, media: readonly SentMedia[]): string {
  return media.reduce((text, { data, key }) => text.replaceAll(data, `${mark}${key}${mark}`), body)
}

/** The text between the marks and the keys in them, by turns, beginning and ending with text. */
export function splitAtMarks(text: string): string[] {
  return text.split(mark)
}
