import { existsSync } from 'node:fs'
import { join } from 'node:path'
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
    // Names of assets hold a hash of their content; everything else is asked for anew.
    setHeaders: (response, path) =>
      response.setHeader('Cache-Control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
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
