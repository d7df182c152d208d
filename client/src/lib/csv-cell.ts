/** A cell of a CSV file (RFC 4180): quoted where it has to be, and harmless in a spreadsheet that would run it as a formula. */
export function toCsvCell(content: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(content) ? `'${content}` : content
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
