import { maxFileNameLength } from '@holdfast/shared'

// Controls, and the marks that turn the direction of writing or show nothing: with them `exe.txt` can be shown for `txt.exe`.
const unwanted = /[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu

/** A name to show and to save under: no folders, nothing invisible, at most {@link maxFileNameLength} characters with its extension. */
export function cleanFileName(name: string | null | undefined): string {
  const last = (name ?? '').toWellFormed().replaceAll(unwanted, '').split(/[/\\]/u).at(-1) ?? ''
  const trimmed = last
    .normalize('NFC')
    .trim()
    .replace(/^\.+(?=\.|$)/u, '')
  if (trimmed === '') return 'file'
  const characters = [...trimmed]
  if (characters.length <= maxFileNameLength) return trimmed
  const extension = [...(/\.[^.]{1,12}$/u.exec(trimmed)?.[0] ?? '')]
  return [...characters.slice(0, maxFileNameLength - extension.length), ...extension].join('')
}
