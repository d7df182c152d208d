/** A compact count: `950`, `8.2k`, `128k`, `1M`. */
export function formatShortCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: count < 100_000 ? 1 : 0 })
    .format(count)
    .replace('K', 'k')
}

/** The size of a context window as vendors write it: 8,192 is `8k`, 131,072 and 128,000 are both `128k`, 1,048,576 is `1M`. */
export function formatWindow(tokens: number, locale: string): string {
  const isBinary = tokens % 1_000 !== 0 && tokens % 1_024 === 0
  const rounded = isBinary ? tokens / 1_024 : tokens / 1_000
  const format = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
  const million = isBinary ? 1_024 : 1_000
  return rounded >= million ? `${format(rounded / million)}M` : `${format(rounded)}k`
}

/** An amount in millionths of a dollar: `$12.30`, `$0.004`, `$0.000015`; never `$0.00` unless it is 0. */
export function formatMicroUsd(microUsd: number, locale: string): string {
  const dollars = microUsd / 1_000_000
  const isSmall = dollars !== 0 && Math.abs(dollars) < 0.1
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  }).format(dollars)
}

/** A size in bytes as people read it: `840 bytes`, `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number, locale: string): string {
  const [divisor, unit] = bytes < 1_000 ? [1, 'byte'] : bytes < 1_000_000 ? [1_000, 'kilobyte'] : [1_000_000, 'megabyte']
  const value = bytes / divisor
  // The short form of bytes has no plural.
  const unitDisplay = divisor === 1 ? 'long' : 'short'
  const format = { style: 'unit', unit, unitDisplay, maximumFractionDigits: value < 10 && divisor > 1 ? 1 : 0 } as const
  return new Intl.NumberFormat(locale, format).format(value)
}
