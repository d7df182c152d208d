/** The interface of the open thread for the rest of the page. */
export interface ThreadHandle {
  /** Opens the find bar. False when it has the focus already, so that the key is the browser's. */
  readonly openFind: () => boolean
  /** Moves the focus to the last answer, if there is one. */
  readonly showLastAnswer: () => void
  /** Opens the last sent question for editing. False when no question that can be edited is mounted. */
  readonly editLastQuestion: () => boolean
}
