// Characters that some file system refuses, that are invisible, or that a shell or a page may interpret.
const unsafe = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*#%&{}$!'`@+=;^\p{Cf}\p{Cs}]+/gu
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu
const maxLength = 80

/** Converts a title to a file name that is valid on every system. */
export function titleToFileName(title: string, extension: string): string {
  const words = title.replaceAll(unsafe, ' ').replaceAll(/\s+/gu, ' ')
  const name = [...words]
    .slice(0, maxLength)
    .join('')
    .replaceAll(/^[\s.-]+|[\s.]+$/gu, '')
  return `${name === '' || reserved.test(name) ? `conversation${name === '' ? '' : ` ${name}`}` : name}.${extension}`
}
