/** Says texts, one at a time. */
export interface Speaker {
  /**
   * Resolves when the text was said, or the signal has aborted; then it is silent.
   * @param speed 1 is the voice's own
   * @throws ReadingError
   */
  readonly speak: (text: string, speed: number, signal: AbortSignal) => Promise<void>
  /** This text comes next. */
  readonly prepare?: (text: string, signal: AbortSignal) => void
  readonly close: () => void
}

/** It cannot be read. */
export class ReadingError extends Error {
  override readonly name = 'ReadingError'
  readonly reason: 'no-voices' | 'failed'

  /** @param message for the person; empty where there is nothing to say but that it failed */
  constructor(reason: ReadingError['reason'], message = '') {
    super(message)
    this.reason = reason
  }
}
