import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist', import.meta.url))

export interface BuiltPage {
  /** Files that every visit fetches before the first paint: scripts, their imports, styles. Paths like `/assets/index-1a2b.js`. */
  readonly first: readonly string[]
  /** Files that the address of a conversation fetches in addition. */
  readonly forConversations: readonly string[]
  /** The compressed size of files, as they are transferred. */
  readonly gzippedBytes: (paths: readonly string[]) => number
}

/** The page as it was built. */
export function readBuiltPage(): BuiltPage {
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const named = [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="(?<path>[^"]+\.(?:js|css))"/gu)]
  const parts = /<meta name="holdfast-conversation-parts" content="(?<paths>[^"]*)"/u.exec(html)?.groups?.['paths'] ?? ''
  return {
    first: [...withImports(named.map(({ groups }) => groups?.['path'] ?? ''))],
    forConversations: parts.split(' '),
    gzippedBytes: (paths) => paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0),
  }
}

function withImports(paths: readonly string[], seen = new Set<string>()): Set<string> {
  for (const path of paths) {
    if (seen.has(path)) continue
    seen.add(path)
    if (!path.endsWith('.js')) continue
    const imports = readFileSync(join(dist, path), 'utf8').matchAll(/(?:\bfrom|\bimport)\s*["']\.\/(?<name>[^"']+\.js)["']/gu)
    withImports(
      [...imports].map(({ groups }) => `/assets/${groups?.['name'] ?? ''}`),
      seen,
    )
  }
  return seen
}
