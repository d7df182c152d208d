import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { basename, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Request, type RequestHandler } from 'express'
import { programFolders } from '../config/public-address.ts'
import { createCompressedFiles } from './compressed-files.ts'
import { addBasePath } from './page-html.ts'

/** Where `npm start` builds the page. */
const distFolder = fileURLToPath(new URL('../../../client/dist', import.meta.url))

/**
 * The built page, compressed as it is given out; undefined where there is none, as in a test of the API.
 * @param options.folder where its files are: `assets/`, whose names hold a hash of their content, `index.html` and what it names.
 * @param options.basePath the path under which people see them: empty, or like `/chat`. The page is built once for all of them.
 */
export function createPage({ folder = distFolder, basePath = '' } = {}): RequestHandler | undefined {
  const html = join(folder, 'index.html')
  if (!existsSync(html)) return undefined
  const assets = join(folder, 'assets') + sep
  const setHeaders = (response: ServerResponse, path: string) => {
    // Files whose name holds no content hash are revalidated.
    response.setHeader('Cache-Control', path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (basename(path) === 'picture.html') allowPictures(response)
  }
  const files = express.Router()
  const changes = basePath === '' ? {} : { [html]: { version: basePath, apply: (text: string) => addBasePath(text, basePath) } }
  files.use(createCompressedFiles({ folder, setHeaders, changes }))
  files.use(express.static(folder, { index: false, dotfiles: 'ignore', setHeaders }))
  const router = express.Router()
  router.use(files)
  router.get('/{*path}', (request, response, next) => {
    // A file that is not there is not a page: an old tab that asks for an old asset must not get HTML.
    if (isPagePath(request)) {
      request.url = '/index.html'
      return files(request, response, next)
    }
    // A missing file must not be cached either: it may come with a deploy.
    response.setHeader('Cache-Control', 'no-store')
    next()
  })
  return router
}

/** Paths for programs: a client that requests a missing one must get a 404, not a page with 200. */
const isProgramPath = (path: string) => programFolders.some((name) => path === `/${name}` || path.startsWith(`/${name}/`))

/** Whether the page answers this path: it has paths of its own, such as `/c/…`, and only browsers ask for them. */
function isPagePath({ path, headers }: Request): boolean {
  if (path === '/') return true
  const isForBrowser = headers.accept?.includes('text/html') ?? false
  return isForBrowser && !isProgramPath(path) && !/\.\w+$/u.test(path)
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
