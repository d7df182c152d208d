import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), compileTexts()],
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
