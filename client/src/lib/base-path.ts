/** The path under which the page is served: empty, or like `/chat`. The server writes it into the page. */
export const basePath = readBasePath()

function readBasePath(): string {
  if (typeof document === 'undefined') return ''
  return document.querySelector<HTMLMetaElement>('meta[name="holdfast-base-path"]')?.content ?? ''
}

/** The address of the server of this page, in front of every path: `https://example.com/chat`. */
export function serverAddress(): string {
  return location.origin + basePath
}

/** A path of the server or the page, from the root of the site. */
export function toFullPath(path: string): string {
  return basePath + path
}

/** The path of the open page, as in lib/routes.ts. */
export function currentPath(): string {
  const { pathname } = location
  return isBelow(pathname) ? pathname.slice(basePath.length) || '/' : pathname
}

function isBelow(pathname: string): boolean {
  return pathname === basePath || pathname.startsWith(`${basePath}/`)
}

/**
 * What this page names on the device, such as an entry of a storage, a database or a lock: servers under other paths of the same site have
 * the same storages.
 */
export function toDeviceName(name: string): string {
  return basePath === '' ? name : `${basePath}:${name}`
}

/**
 * Puts the address right when the page was opened without the slash behind its path, where the service worker would not see it, or past
 * the proxy, without its path.
 */
export function completeAddress(): void {
  const { pathname, search, hash } = location
  if (basePath === '' || pathname.startsWith(`${basePath}/`)) return
  const path = pathname === basePath ? '/' : pathname
  history.replaceState(history.state, '', toFullPath(path) + search + hash)
}
