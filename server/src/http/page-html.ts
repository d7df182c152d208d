/** Where the built page says under which path it is served: the build leaves it empty. */
const place = /(<meta name="holdfast-base-path" content=")(")/u
/** The files that the page names, all from the root of the site. */
const address = /(\s(?:src|href)=")(?=\/(?!\/))/gu

/**
 * The page for a server that is reached under a path. Its scripts and styles name each other by relative addresses; the page itself cannot,
 * since the same one is served at every depth, and `<base>` would change what `#…` means.
 * @param html of the built page
 * @param basePath like `/chat`
 */
export function addBasePath(html: string, basePath: string): string {
  return nameBasePath(html.replaceAll(address, `$1${basePath}`), basePath)
}

/** Tells the scripts of the page under which path it is served. */
export function nameBasePath(html: string, basePath: string): string {
  return html.replace(place, `$1${basePath}$2`)
}
