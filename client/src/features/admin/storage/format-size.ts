const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size of storage, in steps of 1,000: `840 byte`, `3.4 MB`, `120 GB`. */
export function formatSize(bytes: number, locale: string): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1_000 ** step
  const format = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short' } as const
  return new Intl.NumberFormat(locale, { ...format, maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value)
}
