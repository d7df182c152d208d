import type { Id } from '@holdfast/shared'

/** Where somebody reads: a message, and how far below the top of the view it begins, in pixels. */
export interface Place {
  readonly messageId: Id
  readonly offset: number
}
