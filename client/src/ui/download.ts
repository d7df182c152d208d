/** Saves a file to the person's downloads. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  downloadAddress(url, name)
  // By then the browser has long read the blob.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Saves what an address of this origin gives to the person's downloads. */
export function downloadAddress(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
}
