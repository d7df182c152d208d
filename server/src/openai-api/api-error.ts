import type { Response } from 'express'
import { Refusal } from '../platform/refusal.ts'

type ErrorType = 'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'insufficient_quota' | 'server_error'

/** An error in OpenAI's shape. The message is for the person who asked: it holds nothing internal. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly type: ErrorType
  readonly param: string | null
  readonly code: string | null
  readonly retryAfterMs: number | null

  constructor(
    status: number,
    message: string,
    data: { type?: ErrorType; param?: string | null; code?: string | null; retryAfterMs?: number | null } = {},
  ) {
    super(message)
    this.status = status
    this.type = data.type ?? 'invalid_request_error'
    this.param = data.param ?? null
    this.code = data.code ?? null
    this.retryAfterMs = data.retryAfterMs ?? null
  }
}

/** A field of the request that is not as it has to be. */
export function badParam(param: string, message: string): ApiError {
  return new ApiError(400, `${param}: ${message}`, { param, code: 'invalid_value' })
}

const statuses: Readonly<Record<Refusal['code'], number>> = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_REQUEST: 400,
  CONFLICT: 409,
  TOO_MANY_REQUESTS: 429,
  PAYLOAD_TOO_LARGE: 413,
}

/** What was refused by the rest of the server. Null: it is no refusal. */
export function toApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error
  if (!(error instanceof Refusal)) return null
  const { code, message, reason, issues, retryAfterMs } = error
  const param = issues?.[0]?.path ?? null
  const isBudget = reason === 'budget-exceeded'
  const type = isBudget ? 'insufficient_quota' : code === 'TOO_MANY_REQUESTS' ? 'rate_limit_error' : 'invalid_request_error'
  const limitCode = isBudget ? 'insufficient_quota' : 'rate_limit_exceeded'
  return new ApiError(statuses[code], message, {
    type,
    param,
    code: code === 'TOO_MANY_REQUESTS' ? limitCode : (reason ?? code.toLowerCase()),
    retryAfterMs: retryAfterMs ?? null,
  })
}

export function errorToBody({ message, type, param, code }: ApiError) {
  return { error: { message, type, param, code } }
}

export function sendError(response: Response, error: ApiError): void {
  if (error.retryAfterMs !== null) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000))
  if (error.status === 401) response.setHeader('www-authenticate', 'Bearer')
  response.status(error.status).json(errorToBody(error))
}
