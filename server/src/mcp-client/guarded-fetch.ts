/** Larger responses are not read: they would fill the memory and are of no use. */
export const maxResponseBytes = 16 * 1024 * 1024

/** The other server did something that we do not go along with. */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  readonly kind: 'redirect' | 'too-large'

  constructor(kind: 'redirect' | 'too-large') {
    super(kind === 'redirect' ? 'the server redirects' : `the server sends more than ${maxResponseBytes} bytes`)
    this.kind = kind
  }
}

/**
 * `fetch` for a server whose address an operator has set. Redirects are not followed: they could send our headers anywhere. Responses are
 * read up to a limit. Each request has a connection of its own: the server may be closing a reused one, and then it would be unknown
 * whether a call arrived. The stream for server notifications is not opened (405, which the protocol allows): catalogues are read again
 * from time to time.
 */
export async function guardedFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const sent = new Headers(init.headers)
  if (init.method === 'GET' && !sent.has('last-event-id')) return new Response(null, { status: 405 })
  sent.set('connection', 'close')
  const response = await fetch(input, { ...init, headers: sent, redirect: 'manual' })
  const { status, statusText, headers, body } = response
  if (status >= 300 && status < 400) {
    await body?.cancel()
    throw new GuardError('redirect')
  }
  if (body === null) return response
  return new Response(body.pipeThrough(limitBytes(maxResponseBytes)), { status, statusText, headers })
}

function limitBytes(limit: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let left = limit
  return new TransformStream({
    transform: (chunk, controller) => {
      left -= chunk.byteLength
      if (left >= 0) controller.enqueue(chunk)
      else controller.error(new GuardError('too-large'))
    },
  })
}
