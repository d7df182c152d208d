import { requireBearerAuth } from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { Router, type RequestHandler } from 'express'
import type { Auth } from '../auth/auth.ts'
import { createMcpServer, type McpServerDeps } from './create-mcp-server.ts'
import { createMetadataRoute, requestToOrigin, toMetadataUrl } from './protected-resource.ts'
import { createTokenVerifier } from './token-verifier.ts'

const maxBodySize = 256 * 1024

export interface McpEndpoint {
  /** `/mcp` itself. Host and origin have been checked before. */
  readonly handler: RequestHandler
  /** What is under `/.well-known/oauth-protected-resource`. */
  readonly metadata: RequestHandler
  readonly close: () => Promise<void>
}

/**
 * Our tools over MCP, Streamable HTTP without sessions: each request brings its token, gets a server of its own and is checked anew,
 * in the version of the protocol of 2026-07-28 and in those of 2025. Bodies of at most 256 kB.
 */
export function createMcpEndpoint(
  deps: McpServerDeps & { readonly auth: Pick<Auth, 'verifyToken'> },
  publicOrigin: string,
): McpEndpoint {
  const { logger } = deps
  const verifier = createTokenVerifier(deps)
  const onerror = (err: Error) => logger.debug({ event: 'mcp-request-refused', err }, 'a request to /mcp was refused')
  const mcp = createMcpHandler(
    ({ authInfo }) => {
      const userId = authInfo?.extra?.['userId']
      if (typeof userId !== 'string') throw new Error('a request to /mcp came past the check of its token')
      return createMcpServer(deps, userId)
    },
    { onerror, maxRequestBodySize: maxBodySize },
  )
  const serve = toNodeHandler(mcp, { onerror, maxRequestBodySize: maxBodySize })
  const handler = Router({ caseSensitive: true, strict: true })
    .use((request, response, next) => {
      const resourceMetadataUrl = toMetadataUrl(requestToOrigin(request, publicOrigin))
      requireBearerAuth({ verifier, requiredScopes: ['mcp'], resourceMetadataUrl })(request, response, next)
    })
    .use((request, response, next) => (request.path === '/' ? serve(request, response) : next()))
  return { handler, metadata: createMetadataRoute(publicOrigin), close: () => mcp.close() }
}
