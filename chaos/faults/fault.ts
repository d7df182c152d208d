import type { Cluster } from '../cluster.ts'

/** What a fault may look at beside the cluster. */
export interface FaultInput {
  readonly cluster: Cluster
  readonly random: () => number
  readonly signal: AbortSignal
  /** To be called when it did not come to the fault: the run counts for nothing. */
  readonly miss: () => void
}

export interface Fault {
  readonly name: string
  /** Why it cannot be tried here; null when it can. */
  readonly missing?: (cluster: Cluster) => string | null
  /** Before the questions are sent. */
  readonly prepare?: (input: FaultInput) => Promise<void>
  /** Does it and takes it back: afterwards the cluster is to be whole again. */
  readonly strike: (input: FaultInput) => Promise<void>
}

export function choose<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('there is nothing to choose from')
  return item
}
