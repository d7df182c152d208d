const limit = 40

/** What is asked for each of the lists; the same objects everywhere, because they are the keys of the cache. */
export const listInputs = {
  /** Beside all others: one that was last used years ago is on top, too. */
  pinned: { limit: 100, archived: false, trashed: false, pinned: true },
  current: { limit, archived: false, trashed: false },
  archived: { limit, archived: true, trashed: false },
  trashed: { limit, archived: false, trashed: true },
} as const

export type ListName = keyof typeof listInputs
