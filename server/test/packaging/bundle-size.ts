import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown, type OutputChunk } from 'rolldown'

export interface BundleSize {
  readonly minifiedBytes: number
  readonly gzipBytes: number
  /** The modules that are in it. */
  readonly modules: readonly string[]
}

/**
 * What a program that imports these names loads before it does anything. React is the program's own, and what is imported later is not counted.
 * @param cwd a project that has installed the packages
 */
export async function measureBundle(cwd: string, names: readonly string[]): Promise<BundleSize> {
  const entry = 'virtual:program'
  const toImport = (list: readonly string[], from: string) =>
    list.length === 0 ? '' : `export { ${list.join(', ')} } from '${from}'\n`
  const code =
    toImport(
      names.filter((name) => !isOfReact(name)),
      '@holdfast/client',
    ) + toImport(names.filter(isOfReact), '@holdfast/client/react')
  const bundle = await rolldown({
    input: entry,
    cwd,
    platform: 'browser',
    // `'use client'` is for frameworks, and means nothing here.
    onLog: (level, log, report) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : report(level, log)),
    external: /^react(?:-dom)?(?:\/|$)/u,
    plugins: [
      {
        name: 'program',
        resolveId: (id, importer) =>
          (id === entry ? join(cwd, 'program.js') : undefined) ?? (importer === undefined ? id : undefined),
        load: (id) => (id === join(cwd, 'program.js') ? code : undefined),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const chunks = output.filter((item): item is OutputChunk => item.type === 'chunk')
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const chunk of loaded) {
    for (const other of chunks) if (chunk.imports.includes(other.fileName)) loaded.add(other)
  }
  const sum = (toBytes: (text: string) => number) => [...loaded].reduce((total, { code: text }) => total + toBytes(text), 0)
  return {
    minifiedBytes: sum((text) => Buffer.byteLength(text)),
    gzipBytes: sum((text) => gzipSync(text, { level: 9 }).length),
    modules: [...loaded].flatMap(({ moduleIds }) => moduleIds),
  }
}

/** Components and hooks. */
function isOfReact(name: string): boolean {
  return /^(?:[A-Z]|use[A-Z])/u.test(name)
}
