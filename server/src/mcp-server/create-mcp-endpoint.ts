import { requireBearerAuth } from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { Router, type RequestHandler } from 'express'
import type { Audit } from '../audit/open-audit.ts'
import type { Auth } from '../auth/auth.ts'
import type { OriginPolicy } from '../auth/origin-policy.ts'
import type { CallLimits } from '../platform/call-limits.ts'
import { Refusal } from '../platform/refusal.ts'
import { clientIpHeader } from '../config/client-ip-header.ts'
import { createMcpServer, type McpServerDeps } from './create-mcp-server.ts'
import { createMetadataRoute, requestToAddress, toMetadataUrl } from './protected-resource.ts'
import { createTokenVerifier } from './token-verifier.ts'

const maxBodySize = 256 * 1024

export interface McpEndpoint {
  /** `/mcp` itself. Host and origin have been checked before. */
  readonly handler: RequestHandler
  /** `/.well-known/oauth-protected-resource`. */
  readonly metadata: RequestHandler
  readonly close: () => Promise<void>
}

/**
 * Our tools over MCP, Streamable HTTP without sessions: each request carries its token and gets a server of its own. Supports protocol
 * version 2026-07-28 and those of 2025. Bodies of at most 256 kB.
 */
export function createMcpEndpoint(
  deps: McpServerDeps & { readonly auth: Pick<Auth, 'verifyToken'>; readonly callLimits: Pick<CallLimits, 'take'> },
  origins: Pick<OriginPolicy, 'publicOrigin' | 'basePath'>,
): McpEndpoint {
  const { logger } = deps
  const verifier = createTokenVerifier(deps)
  const onerror = (err: Error) => logger.debug({ event: 'mcp-request-refused', err }, 'a request to /mcp was refused')
  const mcp = createMcpHandler(
    ({ authInfo, requestInfo }) => {
      const userId = authInfo?.extra?.['userId']
      if (typeof userId !== 'string') throw new Error('a request to /mcp came past the check of its token')
      return createMcpServer(deps, userId, requestInfo?.headers.get(clientIpHeader) || null)
    },
    { onerror, maxRequestBodySize: maxBodySize },
  )
  const serve = toNodeHandler(
    { fetch: async (...call) => withoutCopies(await mcp.fetch(...call)) },
    { onerror, maxRequestBodySize: maxBodySize },
  )
  const handler = Router({ caseSensitive: true, strict: true })
    .use((request, response, next) => {
      const resourceMetadataUrl = toMetadataUrl(requestToAddress(request, origins))
      requireBearerAuth({ verifier, requiredScopes: ['mcp'], resourceMetadataUrl })(request, response, next)
    })
    .use(createCallLimiter(deps))
    .use((request, response, next) => (request.path === '/' ? serve(request, response) : next()))
  return { handler, metadata: createMetadataRoute(origins), close: () => mcp.close() }
}

/** The library lets caches keep an answer if they ask again. It is for its requester alone. */
function withoutCopies(response: Response): Response {
  response.headers.set('cache-control', 'no-store, no-transform')
  return response
}

/** [X7] A request counts as one call of its user. */
function createCallLimiter(deps: { readonly callLimits: Pick<CallLimits, 'take'>; readonly audit: Audit }): RequestHandler {
  return async (request, response, next) => {
    const extra: unknown = request.auth?.extra?.['userId']
    const userId = typeof extra === 'string' ? extra : null
    const address = String(request.headers[clientIpHeader] ?? '') || null
    try {
      deps.callLimits.take({ userId, address }, 1)
    } catch (error) {
      if (!(error instanceof Refusal)) return next(error)
      const details = { limit: error.reason ?? 'rate-limited', procedure: 'mcp' }
      await deps.audit.noteOften(`limit ${userId ?? address}`, { action: 'limit.reached', actorId: userId, address, details })
      response.setHeader('retry-after', Math.ceil((error.retryAfterMs ?? 0) / 1_000))
      response.status(429).json({ jsonrpc: '2.0', id: null, error: { code: -32_000, message: error.message } })
      return
    }
    next()
  }
}
