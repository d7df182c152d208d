import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type RequestHandler } from 'express'

/** Where `npm start` builds the page. */
const distFolder = fileURLToPath(new URL('../../../client/dist', import.meta.url))

/** The built page; undefined where there is none, as in a test of the API. */
export function createPage(): RequestHandler | undefined {
  const index = join(distFolder, 'index.html')
  if (!existsSync(index)) return undefined
  const files = express.static(distFolder, {
    index: false,
    dotfiles: 'ignore',
    setHeaders: (response, path) => {
      // Names of assets hold a hash of their content; everything else is asked for anew.
      response.setHeader('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
      if (basename(path) === 'picture.html') allowPictures(response)
    },
  })
  const router = express.Router()
  router.use(files)
  router.get('/{*path}', (request, response, next) => {
    // A file that is not there is not a page: an old tab that asks for an old asset must not get HTML.
    if (/\.\w+$/u.test(request.path)) return next()
    response.setHeader('Cache-Control', 'no-cache')
    response.sendFile(index)
  })
  return router
}

/**
 * The page lets no picture of another site in, so that nothing in an answer can fetch one. When a person asks for a picture, the page
 * puts it into this empty document, which may show pictures and do nothing else: it has no scripts, and cannot be opened elsewhere.
 */
function allowPictures(response: ServerResponse): void {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  )
  response.setHeader('X-Frame-Options', 'SAMEORIGIN')
}
