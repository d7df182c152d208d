/** Apart from the decoders, so that these are loaded only for a file that needs them. */

export const heicTypes = new Set(['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'])
const sharpTypes = new Set(['image/jpeg', 'image/png', 'image/apng', 'image/webp', 'image/gif', 'image/avif', 'image/tiff'])

/** The formats of text, tables and slides: Office since 2007, OpenDocument, RTF and EPUB. */
export const documentFormats = new Map([
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/rtf', 'rtf'],
  ['application/epub+zip', 'epub'],
] as const)

export type DocumentMediaType = Parameters<(typeof documentFormats)['get']>[0]

export function isPicture(mediaType: string): boolean {
  return heicTypes.has(mediaType) || sharpTypes.has(mediaType)
}

export function isDocument(mediaType: string): boolean {
  return documentFormats.has(mediaType as DocumentMediaType)
}
