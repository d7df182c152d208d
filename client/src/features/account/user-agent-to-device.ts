const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:A|iOS)?\//u, 'Edge'],
  [/OPR\//u, 'Opera'],
  [/(?:Firefox|FxiOS)\//u, 'Firefox'],
  [/(?:Chrome|CriOS|Chromium)\//u, 'Chrome'],
  [/Safari\//u, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/u, 'iPhone'],
  [/iPad/u, 'iPad'],
  [/Android/u, 'Android'],
  [/CrOS/u, 'ChromeOS'],
  [/Windows/u, 'Windows'],
  [/Mac OS X|Macintosh/u, 'macOS'],
  [/Linux/u, 'Linux'],
]

/**
 * What people call their device, from what the browser says of itself. Null: it said nothing. A program that is no known browser keeps
 * its own first word. To recognise one's own devices by, no more: browsers pretend to be each other.
 */
export function userAgentToDevice(userAgent: string | null): { readonly browser: string; readonly system: string | null } | null {
  if (userAgent === null) return null
  const find = (list: typeof browsers) => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
  const browser = find(browsers) ?? userAgent.split(/[\s/]/u)[0] ?? ''
  return browser === '' ? null : { browser, system: find(systems) }
}
