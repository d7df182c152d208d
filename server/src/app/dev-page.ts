import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { RequestHandler } from 'express'
import { createServer } from 'vite'
import { nameBasePath } from '../http/page-html.ts'

/** The page from its sources, with hot reload over the same port. */
export async function createDevPage(server: Server, basePath: string): Promise<RequestHandler> {
  const root = fileURLToPath(new URL('../../../client', import.meta.url))
  const vite = await createServer({
    root,
    base: `${basePath}/`,
    plugins: [{ name: 'holdfast:base-path', transformIndexHtml: (html) => nameBasePath(html, basePath) }],
    configLoader: 'native',
    appType: 'spa',
    server: { middlewareMode: true, hmr: { server } },
  })
  // Hot reload needs what the built page must not have: inline scripts and its own socket.
  return (request, response, next) => {
    response.removeHeader('Content-Security-Policy')
    request.url = basePath + request.url
    vite.middlewares(request, response, next)
  }
}
