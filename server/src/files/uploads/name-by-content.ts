import { extname } from 'node:path'
import { cleanFileName } from './clean-file-name.ts'

const extensions = new Map([
  ['image/png', '.png'],
  ['image/jpeg', '.jpg'],
  ['image/webp', '.webp'],
  ['image/gif', '.gif'],
  ['image/svg+xml', '.svg'],
  ['audio/mpeg', '.mp3'],
  ['audio/wav', '.wav'],
  ['audio/ogg', '.ogg'],
  ['audio/mp4', '.m4a'],
  ['application/pdf', '.pdf'],
  ['application/json', '.json'],
  ['text/plain', '.txt'],
  ['text/html', '.html'],
  ['text/csv', '.csv'],
])

/** The name of a file that no person has named, with the extension of what it is. An extension of another kind of file stays only on text. */
export function nameByContent(name: string, mediaType: string): string {
  const clean = cleanFileName(name)
  const given = /^\.[a-z\d]{1,5}$/iu.exec(extname(clean))?.[0] ?? ''
  const extension = extensions.get(mediaType) ?? given
  const keepsOwn = given === extension || (given !== '' && mediaType === 'text/plain')
  return keepsOwn ? clean : cleanFileName(clean.slice(0, clean.length - given.length) + extension)
}
