import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'

const client = fileURLToPath(new URL('..', import.meta.url))

/** Builds `bench/NAME/index.html` the way the product's page is built, React's production code and all, and serves it on a free port. */
export async function serveScenario(name: string): Promise<AsyncDisposable & { readonly url: string }> {
  const outDir = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  const configFile = join(client, 'vite.config.ts')
  await build({
    configFile,
    logLevel: 'error',
    mode: 'production',
    publicDir: false,
    build: { outDir, emptyOutDir: true, rolldownOptions: { input: join(client, 'bench', name, 'index.html') } },
  })
  const server = await preview({ configFile, logLevel: 'error', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
  const address = server.httpServer.address()
  if (address === null || typeof address === 'string') throw new Error('the bench has no port')
  return {
    url: `http://127.0.0.1:${address.port}/bench/${name}/index.html`,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
