/** Gives the person a file. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has taken what it needs long before that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
