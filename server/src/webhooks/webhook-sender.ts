import { errorToCodes } from '../platform/error-codes.ts'
import { createOutsideAgent } from '../platform/outside-agent.ts'
import { version } from '../platform/version.ts'
import type { SignedHeaders } from './sign-payload.ts'

/** What became of one attempt. */
export interface SendOutcome {
  /** What the receiver answered; null where it did not. */
  readonly status: number | null
  /** Null: it was taken. Otherwise a sentence for the owner of the webhook. */
  readonly error: string | null
}

export interface WebhookSender {
  /** Posts a payload. Rejects only when `signal` stops it: then nobody knows whether it arrived. */
  readonly send: (
    request: { readonly url: string; readonly headers: SignedHeaders; readonly payload: string },
    signal: AbortSignal,
  ) => Promise<SendOutcome>
}

export const sendTimeoutMs = 15_000
/** A response is read up to here, so that its connection can be used again. Nothing of it is kept. */
const maxResponseBytes = 64 * 1024

/** @param isInside whether an IP address is one that no webhook may have; null: all may be reached */
export function createWebhookSender(isInside: ((address: string) => boolean) | null): WebhookSender {
  const dispatcher = isInside === null ? null : createOutsideAgent(isInside)
  return {
    send: async ({ url, headers, payload }, signal) => {
      const timeout = AbortSignal.timeout(sendTimeoutMs)
      const init = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': `Holdfast/${version}` },
        body: payload,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
        ...(dispatcher ? { dispatcher } : {}),
      } satisfies RequestInit & { dispatcher?: unknown }
      try {
        const response = await fetch(url, init as RequestInit)
        await readSome(response)
        return { status: response.status, error: statusToError(response.status) }
      } catch (error) {
        if (signal.aborted) throw error
        return { status: null, error: timeout.aborted ? timedOut : failureToError(error) }
      }
    },
  }
}

/** As browsers do, `fetch` connects to no port of protocols such as mail. */
const badPort = 'Nothing is sent to this port, which belongs to another protocol.'
const timedOut = `The receiver did not answer within ${sendTimeoutMs / 1_000} seconds.`

async function readSome({ body }: Response): Promise<void> {
  if (body === null) return
  let left = maxResponseBytes
  try {
    // Leaving the loop cancels the rest.
    for await (const chunk of body) {
      left -= chunk.byteLength
      if (left < 0) break
    }
  } catch {
    // The status is known and decides alone: a body that breaks off, or does not end in time, costs the connection.
  }
}

function statusToError(status: number): string | null {
  if (status >= 200 && status < 300) return null
  if (status >= 300 && status < 400) return `The receiver redirects (${status}). Redirects are not followed.`
  return `The receiver answered ${status}.`
}

function failureToError(error: unknown): string {
  const codes = errorToCodes(error)
  if (error instanceof Error && error.cause instanceof Error && error.cause.message === 'bad port') return badPort
  if (codes.includes('EINSIDE')) return 'The address is inside of a private network, which webhooks of this server may not reach.'
  return `The receiver could not be reached${codes[0] === undefined ? '' : ` (${codes[0]})`}.`
}
