import type { Bus } from '../platform/bus/bus.ts'
import type { Database } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Auth, User } from './auth.ts'
import { subscribeToRevocations } from './session-revoked.ts'

/** The time for which an answer of the database is cached. A revocation that arrives on the bus evicts it immediately. */
const believedMs = 5_000
/**
 * The longest time for which a revocation that the bus has lost may go unnoticed by a connection that makes no calls: between nodes, and
 * within one process, where only what other programs have done to the database goes unnoticed.
 */
const recheckMs = { postgres: 3_000, pglite: 30_000 } as const
const maxRemembered = 10_000
const idsPerQuery = 1_000

interface WatchDeps {
  readonly bus: Bus
  readonly kind: Database['kind']
  readonly logger: Logger
  readonly isAlive: (user: User) => Promise<boolean>
  readonly findLiveIds: (ids: readonly string[]) => Promise<ReadonlySet<string>>
}

/** Knows which sessions and access tokens have ended: from the bus, and, because the bus may lose a message, from the database. */
export async function createSessionWatch(deps: WatchDeps): Promise<Pick<Auth, 'isAlive' | 'onSessionRevoked' | 'watch'>> {
  const remembered = new Map<string, { readonly askedAtMs: number; readonly alive: Promise<boolean> }>()
  const watchers = new Map<string, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined
  const onSessionRevoked = await subscribeToRevocations(deps.bus)

  const end = (id: string) => {
    remembered.delete(id)
    for (const onEnd of watchers.get(id) ?? []) onEnd()
  }
  onSessionRevoked(end)
  deps.bus.onReconnect(() => {
    remembered.clear()
    void recheck()
  })

  async function recheck(): Promise<void> {
    const ids = [...watchers.keys()]
    try {
      for (let start = 0; start < ids.length; start += idsPerQuery) {
        const some = ids.slice(start, start + idsPerQuery)
        const live = await deps.findLiveIds(some)
        for (const id of some) if (!live.has(id)) end(id)
      }
    } catch (error) {
      deps.logger.warn(
        { event: 'sessions-unchecked', err: error },
        'could not check the sessions of open connections; trying again',
      )
    }
  }

  async function ask(user: User, id: string): Promise<boolean> {
    const alive = await deps.isAlive(user)
    if (!alive) end(id)
    return alive
  }

  return {
    onSessionRevoked,
    isAlive: (user) => {
      const id = userToCredentialId(user)
      if (id === null) return Promise.resolve(false)
      const now = performance.now()
      const known = remembered.get(id)
      if (known && now - known.askedAtMs < believedMs) return known.alive
      if (remembered.size >= maxRemembered) remembered.clear()
      const alive = ask(user, id)
      const entry = { askedAtMs: now, alive }
      remembered.set(id, entry)
      alive.catch(() => {
        if (remembered.get(id) === entry) remembered.delete(id)
      })
      return alive
    },
    watch: (user, onEnd) => {
      const id = userToCredentialId(user)
      if (id === null) return () => {}
      const listeners = watchers.get(id) ?? new Set()
      watchers.set(id, listeners.add(onEnd))
      timer ??= setInterval(() => void recheck(), recheckMs[deps.kind]).unref()
      return () => {
        listeners.delete(onEnd)
        if (listeners.size === 0 && watchers.get(id) === listeners) watchers.delete(id)
        if (watchers.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}

function userToCredentialId(user: User): string | null {
  return user.sessionId ?? user.accessTokenId ?? (user.isFromIssuer ? user.id : null)
}
