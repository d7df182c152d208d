const limit = 40

/** What is asked for each of the three lists; the same objects everywhere, because they are the keys of the cache. */
export const listInputs = {
  current: { limit, archived: false, trashed: false },
  archived: { limit, archived: true, trashed: false },
  trashed: { limit, archived: false, trashed: true },
} as const

export type ListName = keyof typeof listInputs
