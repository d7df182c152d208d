import type { ErrorData, Issue } from '@holdfast/shared'
import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import { Refusal } from '../refusal.ts'
import type { Context } from './context.ts'

const t = initTRPC.context<Context>().create({
  // Never a stack in a response, whatever NODE_ENV says.
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 30_000 },
  },
  errorFormatter: ({ shape, error }) => {
    const data: ErrorData = {}
    const cause = error.cause
    if (cause instanceof z.core.$ZodError) {
      data.issues = cause.issues.flatMap(toIssues)
    } else if (cause instanceof Refusal) {
      if (cause.reason) data.reason = cause.reason
      if (cause.issues) data.issues = [...cause.issues]
      if (cause.retryAfterMs !== undefined) data.retryAfterMs = cause.retryAfterMs
    }
    const message = data.issues
      ? data.issues.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join('; ')
      : error.code === 'INTERNAL_SERVER_ERROR'
        ? 'Something went wrong on the server. Nothing was changed.'
        : shape.message
    return { ...shape, message, data: { ...shape.data, ...data } }
  },
})

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** A key that is not known is named like a field that is wrong. */
function toIssues(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }]
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }))
}

/** Turns a feature's refusal into tRPC's error; what nobody expected becomes INTERNAL_SERVER_ERROR without its text. */
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

/** As {@link translateErrors} for a subscription: what it throws comes after the middleware has returned. */
export async function* translateStream<Item>(stream: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  try {
    yield* stream
  } catch (error) {
    throw error instanceof Refusal ? refusalToTrpc(error) : error
  }
}

const authenticate = t.middleware(({ ctx, next }) => {
  const { user } = ctx
  if (user === null || (user.expiresAt !== null && user.expiresAt <= ctx.deps.clock.now())) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first: the token is missing or no longer valid' })
  }
  return next({ ctx: { ...ctx, user } })
})

/** Every procedure needs a user: there is no other kind. */
export const procedure = t.procedure.use(translateErrors).use(authenticate)
