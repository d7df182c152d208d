import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), compileTexts(), leaveOutSchemas()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page may load nothing but files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
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
  return {
    name: 'holdfast:leave-out-schemas',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.startsWith(folder)) return null
      const made = this.parse(code).body.flatMap((statement) => {
        const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
        if (declaration?.type !== 'VariableDeclaration') return []
        return declaration.declarations.flatMap(({ init }) => (init?.type === 'CallExpression' ? [init] : []))
      })
      let result = code
      for (const { start, end } of made.toReversed()) {
        result = `${result.slice(0, start)}/* @__PURE__ */ (() => ${result.slice(start, end)})()${result.slice(end)}`
      }
      return { code: result, map: null }
    },
  }
}
