import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { buildServiceWorker } from './build/build-service-worker.ts'
import { compileTexts } from './build/compile-texts.ts'
import { fetchBeforeImport } from './build/fetch-before-import.ts'
import { leaveOutSchemas } from './build/leave-out-schemas.ts'
import { nameConversationParts } from './build/name-conversation-parts.ts'
import { nameScriptBeforePaint } from './build/name-script-before-paint.ts'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    tailwindcss(),
    compileTexts(),
    leaveOutSchemas(),
    nameScriptBeforePaint(),
    nameConversationParts(),
    fetchBeforeImport(),
    buildServiceWorker(),
  ],
  // The page is built once for every path under which a server may be reached: files name each other by where they are, and the server
  // puts its path into what the page names (server/src/http/page-html.ts).
  experimental: {
    renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page may load nothing but files of its own origin.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // The code that every visit needs is in two files: the libraries, which seldom change, and the page.
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /node_modules/u, priority: 2 },
            { name: 'page', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  // The worker that highlights code loads languages one by one.
  worker: { format: 'es', plugins: () => [fetchBeforeImport()] },
})
