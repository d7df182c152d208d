const safeProtocols: readonly string[] = ['http:', 'https:', 'mailto:', 'tel:']

/** The address of a link in a model's text; null if following it could run or read something in this page. */
export function toSafeAddress(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null
  return safeProtocols.includes(new URL(address).protocol) ? address : null
}

/** The host of an address, by which a person recognises it. */
export function addressToHost(address: string): string {
  const url = new URL(address)
  return url.host === '' ? url.pathname : url.host
}
