import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { schema } from '@holdfast/drizzle'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { User } from './auth.ts'
import { requestToAuthRequest, type AuthRequest } from './auth-request.ts'
import { authorizationToToken } from './bearer-token.ts'
import { issuerUserToId } from './issuer-users.ts'

/** Who a request is of. */
export interface Identity {
  /** What the other system calls the person, and always will. At most 500 characters. */
  readonly subject: string
  /** Shown to the person. */
  readonly name?: string
  /** Until when this holds; default in a quarter of an hour. Open connections are asked to reconnect before. */
  readonly expiresAt?: Date
}

/** Sign-in by a developer's own system. */
export interface OwnAuth {
  /** Of the system: a subject of another one is another person. */
  readonly id: string
  /** Null: nobody, and the request is refused. */
  readonly authenticate: (request: AuthRequest) => Promise<Identity | null> | Identity | null
}

interface Deps {
  readonly queries: Queries
  readonly clock: Clock
  readonly logger: Logger
}

const identitySchema = z.object({
  subject: z.string().min(1).max(500),
  name: z.string().optional(),
  expiresAt: z.date().optional(),
})
const defaultLifetimeMs = 15 * 60_000
/** What the page reads of the ways in, as the entry plugin gives it. */
const nobodyEnters = { setUpNeeded: false, guests: false, signUp: 'closed', oidc: [], passkeys: false, mail: false }
/** Begins what the page gets as a token: the request itself says who it is of. */
const emptyToken = 'holdfast.'

/** Whose request it is, by the developer's word. An error of theirs is logged, and refuses. */
export function createOwnAuth(deps: Deps, own: OwnAuth): (request: AuthRequest) => Promise<User | null> {
  const { clock, logger } = deps
  const ask = async (request: AuthRequest) => {
    try {
      const given = await own.authenticate(request)
      return given === null ? null : identitySchema.parse(given)
    } catch (error) {
      logger.error({ event: 'sign-in-failed', auth: own.id, err: error }, '`authenticate` threw, or gave no identity')
      return null
    }
  }
  return async ({ headers, address, token }) => {
    const identity = await ask({ headers, address, token: token?.startsWith(emptyToken) === true ? null : token })
    if (identity === null) return null
    const { subject, name, expiresAt = new Date(clock.now().getTime() + defaultLifetimeMs) } = identity
    if (expiresAt <= clock.now()) return null
    const id = await issuerUserToId(deps, { issuer: `own:${own.id}`, subject, name })
    return id === null ? null : { id, sessionId: null, isFromIssuer: true, expiresAt }
  }
}

/** `/api/auth/*` where others sign people in: the page learns who is there, and no one gets in by other ways. */
export function createOwnAuthHandler(
  { queries, logger }: Pick<Deps, 'queries' | 'logger'>,
  identify: (request: AuthRequest) => Promise<User | null>,
): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = ((request as { originalUrl?: string }).originalUrl ?? request.url ?? '').split('?', 1)[0] ?? ''
    if (path.endsWith('/options')) return send(response, 200, nobodyEnters)
    const isSession = path.endsWith('/get-session')
    if (!isSession && !path.endsWith('/token')) {
      return send(response, 403, { code: 'SIGN_IN_ELSEWHERE', message: 'People sign in elsewhere.' })
    }
    const token = authorizationToToken(request.headers.authorization)
    const user = await identify(requestToAuthRequest(request, token))
    if (user === null) return isSession ? send(response, 200, null) : send(response, 401, { code: 'UNAUTHORIZED' })
    return send(response, 200, isSession ? await toSession(queries, user) : { token: toEmptyToken(user) })
  }
  return (request, response) => {
    answer(request, response).catch((err: unknown) => {
      logger.error({ event: 'auth-failed', err }, 'a request to /api/auth failed')
      if (response.headersSent) response.destroy()
      else send(response, 500, { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on the server.' })
    })
  }
}

async function toSession(queries: Queries, { id, expiresAt }: User) {
  const { users } = schema
  const [user] = await queries.select({ id: users.id, name: users.name, email: users.email }).from(users).where(eq(users.id, id))
  return { session: { id, userId: id, expiresAt }, user: { ...user, isAnonymous: false, twoFactorEnabled: false } }
}

/** The page reads the user and the time from it, and gives it back; nobody believes it. */
function toEmptyToken({ id, expiresAt }: User): string {
  const exp = Math.floor((expiresAt?.getTime() ?? 0) / 1000)
  return `${emptyToken}${Buffer.from(JSON.stringify({ sub: id, exp })).toString('base64url')}.`
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
