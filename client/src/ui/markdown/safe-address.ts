const safeProtocols: readonly string[] = ['http:', 'https:', 'mailto:', 'tel:']

/** The address of a link in a model's text when it may be followed; null for everything that could run or read something here. */
export function toSafeAddress(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null
  return safeProtocols.includes(new URL(address).protocol) ? address : null
}

/** The part of an address that a person recognises it by. */
export function addressToHost(address: string): string {
  const url = new URL(address)
  return url.host === '' ? url.pathname : url.host
}
