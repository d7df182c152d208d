import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import { bundleToConversationParts, bundleToFirstScripts } from './conversation-parts.ts'

/** The font of the page, which only its styles name: without a network WebKit would fall back to another one. */
const shellFont = /geist-latin-wght-normal-[\w-]+\.woff2$/u

/**
 * Builds `sw.js`, which keeps the page's shell on the device (see src/offline/service-worker.ts): what every visit loads first, and
 * what a conversation needs.
 */
export function buildServiceWorker(): Plugin {
  let root = ''
  let outDir = ''
  return {
    name: 'holdfast:build-service-worker',
    apply: 'build',
    configResolved: (config) => {
      root = config.root
      outDir = resolve(config.root, config.build.outDir)
    },
    writeBundle: {
      order: 'post',
      handler: async (_options, bundle) => {
        const page = bundle['index.html']
        // The pages of the benches are built with this, too.
        if (page?.type !== 'asset') return
        const html = page.source.toString()
        const scripts = bundleToFirstScripts(bundle).union(bundleToConversationParts(bundle))
        const named = Object.keys(bundle).filter(
          (name) => scripts.has(name) || html.includes(`="/${name}"`) || shellFont.test(name),
        )
        // Beside `sw.js`, wherever it is served.
        const shell = [
          { url: 'index.html', revision: createHash('sha256').update(html).digest('hex').slice(0, 16) },
          // Their names change with their content.
          ...named.map((name) => ({ url: name, revision: null })),
        ]
        await build({
          configFile: false,
          root,
          logLevel: 'warn',
          define: { shellFiles: JSON.stringify(shell) },
          build: {
            outDir,
            emptyOutDir: false,
            copyPublicDir: false,
            rolldownOptions: {
              input: resolve(root, 'src/offline/service-worker.ts'),
              output: { format: 'iife', entryFileNames: 'sw.js' },
            },
          },
        })
      },
    },
  }
}
