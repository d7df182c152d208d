import type { AdminLink } from '@holdfast/shared'

/** A link that was made just now, and for whom. */
export interface MadeLink extends AdminLink {
  readonly title: string
}
