import type { InterestChange } from './envelope.ts'

/** Topics that few nodes follow at a time. Every node hears of all others. */
const filtered = /^(?:conversation|user):/u
/** A node that follows more topics than this is sent everything: a list of them would be longer than what it saves. */
const maxListed = 100

/** What this node follows, as other nodes hear of it. */
export interface OwnInterests {
  /** What to tell the others when the first listener of a topic comes or the last one goes; null where they need not know. */
  readonly add: (topic: string) => InterestChange | null
  readonly drop: (topic: string) => InterestChange | null
  readonly all: () => InterestChange
}

export function createOwnInterests(): OwnInterests {
  const topics = new Map<string, number>()
  let n = 0
  const all = (): InterestChange => ({ n, all: topics.size > maxListed ? null : [...topics.keys()] })
  return {
    all,
    add: (topic) => {
      if (!filtered.test(topic)) return null
      const count = topics.get(topic) ?? 0
      topics.set(topic, count + 1)
      if (count > 0) return null
      n += 1
      // Beyond the limit the others know that everything is wanted.
      if (topics.size > maxListed) return topics.size === maxListed + 1 ? all() : null
      return { n, add: topic }
    },
    drop: (topic) => {
      const count = topics.get(topic)
      if (count === undefined) return null
      if (count > 1) {
        topics.set(topic, count - 1)
        return null
      }
      topics.delete(topic)
      n += 1
      if (topics.size >= maxListed) return topics.size === maxListed ? all() : null
      return { n, drop: topic }
    },
  }
}

/** What another node follows, as far as this one has heard. In doubt it follows everything. */
export class PeerInterests {
  #n = -1
  #topics: Set<string> | null = null

  wants(topic: string): boolean {
    return this.#topics === null || !filtered.test(topic) || this.#topics.has(topic)
  }

  /** False when a change before this one was missed: ask for the whole list. */
  apply({ n, all, add, drop }: InterestChange): boolean {
    if (all !== undefined) {
      if (n >= this.#n) this.#topics = all === null ? null : new Set(all)
      this.#n = Math.max(this.#n, n)
      return true
    }
    if (n <= this.#n) return true
    const isNext = n === this.#n + 1
    this.#n = n
    if (!isNext || this.#topics === null) {
      this.#topics = null
      return isNext
    }
    if (add !== undefined) this.#topics.add(add)
    if (drop !== undefined) this.#topics.delete(drop)
    return true
  }
}
