const limit = 40

/** The query input of each list. All callers share these objects, because they are the keys of the cache. */
export const listInputs = {
  /** Pinned conversations have a list of their own: one that was last used years ago is on top, too. */
  pinned: { limit: 100, archived: false, trashed: false, pinned: true },
  current: { limit, archived: false, trashed: false },
  archived: { limit, archived: true, trashed: false },
  trashed: { limit, archived: false, trashed: true },
} as const

export type ListName = keyof typeof listInputs
