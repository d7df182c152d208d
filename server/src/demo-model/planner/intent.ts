export type PlannerKind = 'task' | 'milestone' | 'goal'

export type ItemAction =
  | { readonly type: 'complete' | 'reopen' | 'delete' | 'abandon' | 'undate' }
  | { readonly type: 'rename'; readonly to: string }
  | { readonly type: 'redate'; readonly to: string }

/** One thing that a message asks for. Titles and dates are as the person wrote them. */
export type Intent =
  | {
      readonly type: 'create'
      readonly kind: PlannerKind
      readonly title: string
      readonly date: string | null
      readonly category: string | null
      /** The title of what it belongs to: a task's milestone, a milestone's goal. */
      readonly parent: string | null
    }
  | {
      readonly type: 'list'
      readonly kind: PlannerKind
      readonly status: 'all' | 'pending' | 'completed' | 'overdue'
      /** Only whether something like this is among them. */
      readonly query: string | null
    }
  /** Changes the one item that has this title. */
  | { readonly type: 'act'; readonly kind: PlannerKind; readonly title: string; readonly action: ItemAction }
  /** Understood as far as that something is missing or refused. Nothing of the whole message is done. */
  | { readonly type: 'ask'; readonly text: string }
