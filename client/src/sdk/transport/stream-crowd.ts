/** Number of pages that hold their stream open; the others share the rest of the browser's six connections per server. */
const maxHolding = 3
const announceEveryMs = 10_000
const forgetAfterMs = 25_000

/** The pages of a browser that use server-sent events, each of which needs one of the browser's few connections to the server. */
export interface StreamCrowd {
  /** Whether enough older pages hold a stream, so that this one should hold its own only now and then. */
  readonly isCrowded: () => boolean
  readonly leave: () => void
}

interface Announcement {
  readonly id: string
  readonly kind: 'joined' | 'here' | 'left'
}

const alone: StreamCrowd = { isCrowded: () => false, leave: () => {} }

/** Pages tell each other over a `BroadcastChannel`, which needs no secure context. Without one, and outside a page, there is no crowd. */
export function joinStreamCrowd(onChange: () => void, now: () => number = Date.now): StreamCrowd {
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') return alone
  const channel = openChannel()
  if (!channel) return alone
  const id = `${String(now()).padStart(15, '0')}-${Math.random()}`
  const others = new Map<string, number>()
  let hasLeft = false
  const say = (kind: Announcement['kind']) => channel.postMessage({ id, kind } satisfies Announcement)
  channel.addEventListener('message', ({ data }: MessageEvent<Announcement>) => {
    if (data.kind === 'left') others.delete(data.id)
    else others.set(data.id, now())
    if (data.kind === 'joined') say('here')
    onChange()
  })
  say('joined')
  const timer = setInterval(() => say('here'), announceEveryMs)
  return {
    isCrowded: () => {
      const older = [...others].filter(([other, heardAt]) => other < id && now() - heardAt < forgetAfterMs)
      return older.length >= maxHolding
    },
    leave: () => {
      if (hasLeft) return
      hasLeft = true
      clearInterval(timer)
      say('left')
      channel.close()
    },
  }
}

/**
 * Of all pages of the host, under whichever path: they share its connections. Null where cookies are blocked: browsers forbid the channel
 * there, too.
 */
function openChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel('holdfast-streams')
  } catch {
    return null
  }
}
