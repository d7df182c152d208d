// What some file system refuses, or what a reader would not see; and what a shell or a page may take for something else.
const unsafe = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*#%&{}$!'`@+=;^\p{Cf}\p{Cs}]+/gu
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu
const maxLength = 80

/** A title as the name of a file that every system takes. */
export function titleToFileName(title: string, extension: string): string {
  const words = title.replaceAll(unsafe, ' ').replaceAll(/\s+/gu, ' ')
  const name = [...words]
    .slice(0, maxLength)
    .join('')
    .replaceAll(/^[\s.-]+|[\s.]+$/gu, '')
  return `${name === '' || reserved.test(name) ? `conversation${name === '' ? '' : ` ${name}`}` : name}.${extension}`
}
