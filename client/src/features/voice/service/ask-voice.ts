import * as z from 'zod/mini'
import type { ConnectedClient } from '../../../sdk/client.ts'

/** The server, or the voice service behind it, did not do what was asked. */
export class VoiceFailure extends Error {
  override readonly name = 'VoiceFailure'
  /** `later`: the same request may work by itself, after `retryAfterMs`. `refused`: a person has to decide; the message is for them. */
  readonly kind: 'later' | 'refused'
  readonly retryAfterMs: number

  constructor(
    kind: VoiceFailure['kind'],
    message: string,
    { retryAfterMs = 0, cause }: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

const errorSchema = z.object({ code: z.string(), message: z.string() })
const later = new Set([401, 408, 425, 429, 503])

/** Calls a route of `/api/voice`. @throws VoiceFailure, or the signal's reason */
export async function askVoice(request: ConnectedClient['request'], path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await request(`/api/voice${path}`, { method: 'POST', ...init })
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw new VoiceFailure('later', 'The server cannot be reached', { cause })
  }
  if (response.ok) return response
  const parsed = errorSchema.safeParse(await response.json().catch(() => null))
  const retryAfterMs = (Number(response.headers.get('retry-after')) || 0) * 1_000
  // Without words it was not our server that answered, but something in front of it.
  if (!parsed.success || later.has(response.status)) throw new VoiceFailure('later', parsed.data?.message ?? '', { retryAfterMs })
  throw new VoiceFailure('refused', parsed.data.message)
}
