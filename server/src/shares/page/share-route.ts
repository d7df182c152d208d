import { schema } from '@holdfast/drizzle'
import { uuidSchema } from '@holdfast/shared'
import { and, eq } from 'drizzle-orm'
import { Router, type Request, type Response } from 'express'
import { clientIpHeader } from '../../config/client-ip-header.ts'
import type { FileAddresses } from '../../files/serving/file-addresses.ts'
import { readConsistently } from '../../platform/database/read-consistently.ts'
import type { CallLimits } from '../../platform/call-limits.ts'
import { notFound, Refusal } from '../../platform/refusal.ts'
import { countView } from '../count-view.ts'
import { readSharedPage, type SharedPageDeps } from '../read-shared-page.ts'
import { openShare } from '../share-row.ts'
import { messagesToFileIds, readSharedMessages } from '../shared-messages.ts'
import { notFoundHtml, pageToHtml, tooManyHtml } from './page-to-html.ts'
import { pageStyleSource } from './page-style.ts'

const { files } = schema

export interface ShareRouteDeps extends SharedPageDeps {
  readonly callLimits: Pick<CallLimits, 'take'>
  readonly fileAddresses: FileAddresses
}

/** Points of a page, as of a call that reads much. */
const pageCost = 5
/** Programs that look at a link to show a card of it, or that load it before anybody asks. */
const programs = /bot|crawl|spider|preview|facebookexternalhit|whatsapp|slack|telegram|embedly/iu

/**
 * `/share/{token}`: what a link shows, as HTML that runs no script and loads nothing but its own files, and `/share/{token}/files/{id}`,
 * which leads to a signed address of a file that it shows. Everything else is the same 404, and so is a link that is not valid, whatever
 * the reason is.
 */
export function createShareRoute(deps: ShareRouteDeps): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.use((_request, response, next) => {
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src ${pageStyleSource}; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    response.setHeader('x-robots-tag', 'noindex, nofollow')
    response.setHeader('referrer-policy', 'no-referrer')
    next()
  })
  router.get('/:token', (request, response) => answer(response, () => sendPage(deps, request, response)))
  router.get('/:token/files/:fileId', (request, response) => answer(response, () => sendFile(deps, request, response)))
  router.use((_request, response) => sendHtml(response, 404, notFoundHtml))
  return router
}

async function answer(response: Response, send: () => Promise<void>): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === 'TOO_MANY_REQUESTS') {
      response.setHeader('retry-after', Math.ceil((error.retryAfterMs ?? 1_000) / 1_000))
      sendHtml(response, 429, tooManyHtml)
    } else sendHtml(response, 404, notFoundHtml)
  }
}

async function sendPage(deps: ShareRouteDeps, request: Request, response: Response): Promise<void> {
  takePoints(deps, request, pageCost)
  const token = String(request.params['token'])
  const query = toQuery(request)
  const before = query.get('before')
  if (before !== null && !uuidSchema.safeParse(before).success) throw notFound('Share')
  const { share, page } = await readSharedPage(deps, { token, ...(before === null ? {} : { before }) })
  if (before === null && !query.has('refresh') && isPerson(request)) await countView(deps.database.queries, share.id)
  sendHtml(response, 200, await pageToHtml(page, { publicUrl: deps.config.publicUrl, token }))
}

/** Only a file that the link shows, and only while it does: the address that it leads to ends after ten minutes. */
async function sendFile(deps: ShareRouteDeps, request: Request, response: Response): Promise<void> {
  takePoints(deps, request, 1)
  const { database, clock, fileAddresses } = deps
  const token = String(request.params['token'])
  const fileId = String(request.params['fileId'])
  const file = await readConsistently(database, async (queries) => {
    const share = await openShare(queries, token, clock.now())
    if (!messagesToFileIds(await readSharedMessages(queries, share)).includes(fileId)) throw notFound('Share')
    const [row] = await queries
      .select({ userId: files.userId, hasThumbnail: files.hasThumbnail })
      .from(files)
      .where(and(eq(files.id, fileId), eq(files.userId, share.userId), eq(files.state, 'ready')))
    if (!row) throw notFound('Share')
    return row
  })
  const isSmall = file.hasThumbnail && toQuery(request).get('variant') === 'thumbnail'
  const { url } = fileAddresses.sign({ fileId, userId: file.userId, variant: isSmall ? 'thumbnail' : 'original' }, clock.now())
  response.redirect(302, url)
}

function takePoints({ callLimits }: ShareRouteDeps, request: Request, points: number): void {
  callLimits.take({ userId: null, address: String(request.headers[clientIpHeader] ?? '') || null }, points)
}

function isPerson({ method, headers }: Request): boolean {
  const purpose = `${String(headers['sec-purpose'] ?? '')} ${String(headers['purpose'] ?? '')}`
  return method === 'GET' && !purpose.includes('prefetch') && !programs.test(headers['user-agent'] ?? '')
}

function toQuery(request: Request): URLSearchParams {
  return new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'))
}

function sendHtml(response: Response, status: number, html: string): void {
  response.status(status).type('html').send(html)
}
