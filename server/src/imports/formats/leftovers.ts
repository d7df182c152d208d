import type { ImportedProblem } from './imported.ts'

/** What many conversations have and none can keep: it is counted, and named once at the end. */
export interface Leftovers<Kind extends string> {
  readonly add: (kind: Kind) => void
  readonly toProblems: () => ImportedProblem[]
}

/** @param reasons for each kind, why it has no place here */
export function createLeftovers<Kind extends string>(reasons: Readonly<Record<Kind, string>>): Leftovers<Kind> {
  const counts = new Map<Kind, number>()
  return {
    add: (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1),
    toProblems: () =>
      [...counts].map(([kind, count]) => ({
        type: 'problem',
        problem: { what: `${kind} (${count})`, why: reasons[kind] },
        isConversation: false,
      })),
  }
}
