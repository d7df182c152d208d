/** A step of long work: what is being done, and how much of it is done. Called often; it must not throw. */
export type OnProgress = (step: Step) => void

export interface Step {
  /** For people, as the beginning of a line: "Files", "Table messages". */
  readonly what: string
  readonly done: number
  /** Null: unknown. */
  readonly total: number | null
}

export const noProgress: OnProgress = () => {}
