import type { Rolldown } from 'vite'

type Bundle = Readonly<Record<string, Rolldown.OutputAsset | Rolldown.OutputChunk>>

/** The entry modules of the chunks that only a conversation needs. */
const modules = ['/features/thread/thread.tsx', '/markdown/markdown-impl.tsx']

/** The files that every visit loads before anything is painted: the script that the page names, and what it imports. */
export function bundleToFirstScripts(bundle: Bundle): Set<string> {
  const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry)
  return withImports(bundle, entry?.fileName ?? '')
}

/** The files that a conversation loads beyond those. */
export function bundleToConversationParts(bundle: Bundle): Set<string> {
  const parts = new Set<string>()
  for (const path of modules) {
    const chunk = Object.values(bundle).find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith(path))
    // A module that has moved would silently no longer be preloaded.
    if (!chunk) throw new Error(`No chunk of the page begins with ${path}`)
    withImports(bundle, chunk.fileName, parts)
  }
  return parts.difference(bundleToFirstScripts(bundle))
}

/** The file and all that it imports, directly or not. */
export function withImports(bundle: Bundle, name: string, seen = new Set<string>()): Set<string> {
  const file = bundle[name]
  if (file?.type !== 'chunk' || seen.has(name)) return seen
  seen.add(name)
  for (const imported of file.imports) withImports(bundle, imported, seen)
  return seen
}
