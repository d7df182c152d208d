import type { ErrorData, Issue } from '@holdfast/shared'
import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import { fromAddress } from '../../audit/open-audit.ts'
import { readRole } from '../../auth/read-role.ts'
import { changePlanner, type PlannerCommand } from '../../planner/planner-change.ts'
import { isDiskFull } from '../../platform/disk-full.ts'
import { isConnectionLost } from '../../platform/database/retry-when-lost.ts'
import { Refusal } from '../../platform/refusal.ts'
import { isAccessRefusal, isLimitRefusal, recordCall, recordLimit, recordAccess, type AuditMeta } from './audit-calls.ts'
import type { Context } from './context.ts'
import { untilLeaving } from './until-leaving.ts'

/** The text about a procedure in docs/API.md, in English. */
export interface ProcedureMeta {
  /** The purpose of the procedure, in a sentence or two. Shapes and limits come from the schemas. */
  readonly description: string
  /** The items of a subscription, which no schema describes. Each item is tracked: following continues after its id. */
  readonly yields?: string
  /** It needs no token. */
  readonly isPublic?: true
  /** It waits for an answer to end: on a socket it counts as a stream, and takes no place from other calls. */
  readonly isLong?: boolean
  /** What a call costs of the points that a user has, compared with a plain one. Default 1; 5 for a subscription. */
  readonly cost?: number
  /** What the audit log says about a call. Server/test/audited-procedures.test.ts lists the procedures that need none. */
  readonly audit?: AuditMeta
}

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    // Never a stack in a response, whatever NODE_ENV says.
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 30_000 },
    },
    errorFormatter: ({ shape, error }) => {
      const data: ErrorData = {}
      const cause = error.cause
      const isStorageFull = error.code === 'INTERNAL_SERVER_ERROR' && isDiskFull(error)
      if (isStorageFull) data.reason = 'storage-full'
      if (cause instanceof z.core.$ZodError) {
        data.issues = cause.issues.slice(0, maxIssues).flatMap(toIssues).slice(0, maxIssues)
      } else if (error.code === 'PARSE_ERROR' || (error.code === 'BAD_REQUEST' && cause instanceof SyntaxError)) {
        data.issues = [{ path: '', message: 'is not JSON' }]
      } else if (cause instanceof Refusal) {
        if (cause.reason) data.reason = cause.reason
        if (cause.issues) data.issues = [...cause.issues]
        if (cause.retryAfterMs !== undefined) data.retryAfterMs = cause.retryAfterMs
      }
      const message = data.issues
        ? data.issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join('; ')
        : error.code === 'INTERNAL_SERVER_ERROR'
          ? isStorageFull
            ? 'The disk of the server is full. Nothing was changed. Its operator has to make room'
            : 'Something went wrong on the server. Nothing was changed.'
          : error.code === 'PAYLOAD_TOO_LARGE' && !(cause instanceof Refusal)
            ? 'The request is too large. Send a long text as a file'
            : shape.message
      return { ...shape, message, data: { ...shape.data, ...data } }
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** A client has use for the first few; 20,000 unknown keys gave an error of 1.5 MB. */
const maxIssues = 20
/** An unknown key is reported like an invalid field. */
function toIssues(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issueToMessage(issue) }]
  return issue.keys.slice(0, maxIssues).map((key) => ({ path: [...path, key].join('.'), message: 'is not a known field' }))
}

/** zod's own sentences are for programmers; ours are kept. */
function issueToMessage(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input: expected ')) {
    return issue.message === 'Invalid GUID' || issue.message === 'Invalid UUID' ? 'must be a UUID' : issue.message
  }
  if (issue.message.endsWith('received undefined')) return 'is required'
  return `must be ${toArticle(issue.expected)}`
}

function toArticle(type: string): string {
  return type === 'int' ? 'a whole number' : /^[aeiou]/u.test(type) ? `an ${type}` : `a ${type}`
}

/** Turns a Refusal into tRPC's error. Any other error becomes INTERNAL_SERVER_ERROR, and the formatter hides its text. */
const translateErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok) return result
  const { cause } = result.error
  if (cause instanceof Refusal) throw refusalToTrpc(cause)
  return result
})

function refusalToTrpc(refusal: Refusal): TRPCError {
  return new TRPCError({ code: refusal.code, message: refusal.message, cause: refusal })
}

/** As {@link translateErrors} for a subscription, which throws after the middleware has returned. */
export async function* translateStream<Item>(stream: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  try {
    yield* stream
  } catch (error) {
    throw error instanceof Refusal ? refusalToTrpc(error) : error
  }
}

const authenticate = t.middleware(async ({ ctx, next }) => {
  const { user, socket, deps } = ctx
  const isExpired = user !== null && user.expiresAt !== null && user.expiresAt <= deps.clock.now()
  // Over HTTP the token was verified with this request. A socket lives longer than its session may.
  if (user === null || isExpired || (socket !== null && !(await deps.auth.isAlive(user)))) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: the token is missing or no longer valid' })
  }
  return next({ ctx: { ...ctx, user } })
})

const subscriptionCost = 5

/** [X7] Bounds what one user, and one address, make the server do. */
const limitCalls = t.middleware(async ({ ctx, type, meta, next }) => {
  const { user, address, deps } = ctx
  deps.callLimits.take({ userId: user?.id ?? null, address }, meta?.cost ?? (type === 'subscription' ? subscriptionCost : 1))
  if (type !== 'subscription') return next()
  return holdDuring(deps.callLimits.beginStream(user?.id ?? `address ${address}`), next)
})

/** [W8] Bounds what one socket does at the same time. */
const takeTurn = t.middleware(async ({ ctx, type, meta, next }) => {
  const { socket } = ctx
  if (socket === null) return next()
  if (type !== 'subscription') {
    const end = meta?.isLong ? socket.beginStream() : await socket.beginCall()
    return next().finally(end)
  }
  const result = await holdDuring(socket.beginStream(), next)
  return result.ok ? { ...result, data: untilLeaving(result.data as AsyncIterable<unknown>, socket) } : result
})

/** Runs a subscription, and calls `end` when its stream has ended. */
async function holdDuring<Result extends { readonly ok: boolean }>(
  end: () => void,
  next: () => Promise<Result>,
): Promise<Result> {
  const result = await next()
  if (!result.ok) {
    end()
    return result
  }
  return { ...result, data: withEnd((result as { data?: unknown }).data as AsyncIterable<unknown>, end) }
}

/** The same items; calls `onEnd` when the stream ends or its reader leaves, even before the first item. */
function withEnd(stream: AsyncIterable<unknown>, onEnd: () => void): AsyncIterableIterator<unknown> {
  const iterator = stream[Symbol.asyncIterator]()
  const settle = async (step: Promise<IteratorResult<unknown>> | undefined): Promise<IteratorResult<unknown>> => {
    try {
      const result = (await step) ?? { done: true, value: undefined }
      if (result.done) onEnd()
      return result
    } catch (error) {
      onEnd()
      throw error
    }
  }
  return {
    next: () => settle(iterator.next()),
    return: () => settle(iterator.return?.()),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** A query changes nothing, nor does the start of a subscription: it runs once more after the connection to the database was lost. */
const retryLostReads = t.middleware(async ({ type, ctx, path, next }) => {
  const result = await next()
  if (result.ok || type === 'mutation' || !isConnectionLost(result.error)) return result
  ctx.deps.logger.warn(
    { event: 'query-retried', path, err: result.error.cause },
    'the database connection was lost, reading again',
  )
  return next()
})

/** Records a call as its `audit` says, after it was carried out; and of every procedure who was stopped by a limit or is no administrator. */
const auditCalls = t.middleware(async ({ ctx, meta, path, getRawInput, next }) => {
  const { user, address, deps } = ctx
  const result = await next({ ctx: { ...ctx, deps: { ...deps, audit: fromAddress(deps.audit, address) } } })
  const error = result.ok ? null : result.error.cause
  if (isLimitRefusal(error)) await recordLimit(deps.audit, { userId: user?.id ?? null, address }, error, path)
  if (user === null) return result
  if (isAccessRefusal(error)) await recordAccess(deps.audit, { userId: user.id, address }, path)
  if (result.ok && meta?.audit !== undefined) {
    await recordCall(deps.audit, { meta: meta.audit, actorId: user.id, address, input: await getRawInput() }, result.data)
  }
  return result
})

/** A procedure for everybody, signed in or not: what it gives depends on its input alone. Only those that read a shared link are public. */
export const publicProcedure = t.procedure.use(translateErrors).use(auditCalls).use(limitCalls).use(takeTurn).use(retryLostReads)

/** A procedure of a signed-in user or guest. */
export const procedure = publicProcedure.use(authenticate)

/** A procedure of an administrator. FORBIDDEN, reason `admin-only`, for everybody else, whatever the input. */
export const adminProcedure = procedure.use(async ({ ctx, next }) => {
  if ((await readRole(ctx.deps.database, ctx.user.id)) !== 'admin')
    throw new Refusal('FORBIDDEN', 'Only administrators may do this', { reason: 'admin-only' })
  return next()
})

/** A procedure with `ctx.change`, which runs a command of the planner for the user, in a transaction of its own. */
export const plannerProcedure = procedure.use(({ ctx, next }) =>
  next({
    ctx: {
      change: <Input, Result>(command: PlannerCommand<Input, Result>, input: Input) =>
        changePlanner(ctx.deps, ctx.user.id, command, input),
    },
  }),
)
