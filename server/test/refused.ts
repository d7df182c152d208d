import { TRPCClientError } from '@trpc/client'
import type { ErrorReason, Issue } from '@holdfast/shared'

/** The refusal of a call. A field is absent when the answer did not contain it. */
export interface Refused {
  readonly code: string
  readonly message: string
  readonly reason?: ErrorReason
  readonly issues?: readonly Issue[]
  readonly retryAfterMs?: number | null
}

/** The refusal of a call that must not succeed. */
export async function refused(call: Promise<unknown>): Promise<Refused> {
  let answer: unknown
  try {
    answer = await call
  } catch (error) {
    if (error instanceof TRPCClientError) return errorToRefused(error)
    throw error
  }
  throw new Error(`it was not refused, but answered ${JSON.stringify(answer)}`)
}

export function errorToRefused(error: { message: string; data?: unknown }): Refused {
  const { code, reason, issues, retryAfterMs } = (error.data ?? {}) as Partial<Refused>
  return {
    code: code ?? 'none',
    message: error.message,
    ...(reason === undefined ? {} : { reason }),
    ...(issues === undefined ? {} : { issues }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}
