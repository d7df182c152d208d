/** Bounds the recordings and texts that are held in memory at the same time. */
export interface VoicePlaces {
  /** Takes a place and gives a function that frees it; null when the user, or the node, has none left. */
  readonly take: (userId: string) => (() => void) | null
}

export function createVoicePlaces({ perUser, total }: { readonly perUser: number; readonly total: number }): VoicePlaces {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take: (userId) => {
      const own = taken.get(userId) ?? 0
      if (own >= perUser || all >= total) return null
      taken.set(userId, own + 1)
      all += 1
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        all -= 1
        const left = (taken.get(userId) ?? 1) - 1
        if (left === 0) taken.delete(userId)
        else taken.set(userId, left)
      }
    },
  }
}
