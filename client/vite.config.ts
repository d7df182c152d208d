import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), compileTexts(), leaveOutSchemas(), nameConversationParts()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page may load nothing but files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every visit needs comes in two files: the libraries, which seldom change, and the page.
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /node_modules/u, priority: 2 },
            { name: 'page', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  // The worker that highlights code loads languages one by one.
  worker: { format: 'es' },
})

/** Texts are compiled when the page is built, not by every page that shows them. */
function compileTexts(): Plugin {
  return {
    name: 'holdfast:compile-texts',
    apply: 'build',
    load: async (id) => {
      if (!id.endsWith('/i18n/compiled-english.ts')) return null
      const { compiledEnglish } = (await import(id)) as { compiledEnglish: object }
      return `export const compiledEnglish = ${JSON.stringify(compiledEnglish)}`
    },
  }
}

/**
 * Making a schema changes nothing, which no bundler can see: those of the contract that the page does not use would come along, and with
 * them all of zod. What the page itself checks is written with `zod/mini`.
 */
function leaveOutSchemas(): Plugin {
  const folder = fileURLToPath(new URL('../shared/src/', import.meta.url))
  // Fields that several schemas have are kept in an object.
  const isMaking = new Set(['CallExpression', 'ObjectExpression'])
  return {
    name: 'holdfast:leave-out-schemas',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.startsWith(folder)) return null
      const made = this.parse(code).body.flatMap((statement) => {
        const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
        if (declaration?.type !== 'VariableDeclaration') return []
        return declaration.declarations.flatMap(({ init }) => (init && isMaking.has(init.type) ? [init] : []))
      })
      let result = code
      for (const { start, end } of made.toReversed()) {
        result = `${result.slice(0, start)}/* @__PURE__ */ (() => (${result.slice(start, end)}))()${result.slice(end)}`
      }
      return { code: result, map: null }
    },
  }
}

/**
 * Tells the page's first script (public/before-paint.js) which files a conversation needs beyond what every page does, so that they are
 * fetched beside the page's own when an address of a conversation is opened, not after them.
 */
function nameConversationParts(): Plugin {
  const modules = ['/features/thread/thread.tsx', '/ui/markdown/loaded-markdown.tsx']
  return {
    name: 'holdfast:name-conversation-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {}, chunk }) => {
        const withImports = (name: string, seen: Set<string>): Set<string> => {
          const file = bundle[name]
          if (file?.type !== 'chunk' || seen.has(name)) return seen
          seen.add(name)
          for (const imported of file.imports) withImports(imported, seen)
          return seen
        }
        const first = withImports(chunk?.fileName ?? '', new Set())
        const parts = new Set<string>()
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && modules.some((path) => file.facadeModuleId?.endsWith(path)))
            withImports(file.fileName, parts)
        }
        const content = [...parts.difference(first)].map((name) => `/${name}`).join(' ')
        return [{ tag: 'meta', attrs: { name: 'holdfast-conversation-parts', content }, injectTo: 'head-prepend' }]
      },
    },
  }
}
