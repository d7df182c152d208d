/** A row and how far below the top of the view it is held, in pixels; negative when it begins above. */
export interface RowTarget {
  readonly key: string
  readonly offset: number
}

/** The first row in sight as it was read: where it began, and how tall it was, in pixels. */
export interface ReadRow extends RowTarget {
  readonly size: number
}

/**
 * The behaviour of the view:
 * - `following`: the end stays in sight while the content grows.
 * - `reading`: the position is the reader's; only rows that change above it are compensated.
 * - `at-start`: the beginning stays in sight while earlier pages are added above.
 * - `showing`: a row stays at its offset until its layout has settled. `reflowedFrom` is set when a new width caused it: the row as it
 *   was read before the first of several widths in a row.
 */
export type ViewState =
  | { readonly kind: 'following' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'at-start' }
  | { readonly kind: 'showing'; readonly target: RowTarget; readonly reflowedFrom: ReadRow | null }

export interface ScrollState {
  readonly view: ViewState
  /** The row that room is kept below, so that it can stand at the top of the view before its answer fills the space. */
  readonly pinnedKey: string | null
}

export type ScrollEvent =
  /** The scroll position changed, for whatever reason. Pixels. */
  | { readonly type: 'scrolled'; readonly movedBy: number; readonly toEnd: number; readonly hasShrunk: boolean }
  /** The reader goes up, or begins to select. `isScrollable`: there is more content than fits into the view. */
  | { readonly type: 'end-left'; readonly isScrollable: boolean }
  /** The reader begins to move the view by wheel, touch, pointer or keyboard. */
  | { readonly type: 'taken-over' }
  | { readonly type: 'jumped-to-end' }
  | { readonly type: 'jumped-to-start' }
  | { readonly type: 'row-shown'; readonly target: RowTarget }
  | { readonly type: 'row-pinned'; readonly target: RowTarget }
  /** The content below the pinned row fills the view by itself. */
  | { readonly type: 'room-filled' }
  /** The text is laid out in another width. `size` is how tall the row that was read is now. */
  | { readonly type: 'width-changed'; readonly read: ReadRow; readonly size: number }
  /** The row that is shown has had time to be formatted, coloured and measured. */
  | { readonly type: 'settled' }

/** The view counts as being at the end within this distance. */
const atEndPx = 48
/** Smaller moves are rounding. */
const movePx = 0.5

/** Pure. Returns the same object when the event changes nothing. */
export function transition(state: ScrollState, event: ScrollEvent): ScrollState {
  const { view } = state
  switch (event.type) {
    case 'scrolled':
      if (view.kind === 'following' && event.movedBy < -movePx && !event.hasShrunk && event.toEnd > 1) {
        // It moved off the end, so there is more content than fits.
        return withView(state, { kind: 'reading' })
      }
      if (view.kind === 'reading' && event.movedBy > 0 && event.toEnd < atEndPx) return withView(state, { kind: 'following' })
      return state
    case 'end-left':
      return view.kind === 'following' && event.isScrollable ? withView(state, { kind: 'reading' }) : state
    case 'taken-over':
      return view.kind === 'at-start' || view.kind === 'showing' ? withView(state, { kind: 'reading' }) : state
    case 'jumped-to-end':
      return { view: { kind: 'following' }, pinnedKey: null }
    case 'jumped-to-start':
      return withView(state, { kind: 'at-start' })
    case 'row-shown':
      return withView(state, { kind: 'showing', target: event.target, reflowedFrom: null })
    case 'row-pinned':
      return { view: { kind: 'showing', target: event.target, reflowedFrom: null }, pinnedKey: event.target.key }
    case 'room-filled':
      return state.pinnedKey === null ? state : { ...state, pinnedKey: null }
    case 'width-changed': {
      const read = readBeforeReflow(view, event.read)
      if (!read) return state
      // The same part of the row stays where it was: a row that began above the view keeps its share of pixels above it.
      const offset = read.offset < 0 ? (read.offset * event.size) / read.size : read.offset
      return withView(state, { kind: 'showing', target: { key: read.key, offset }, reflowedFrom: read })
    }
    case 'settled':
      return view.kind === 'showing' ? withView(state, { kind: 'reading' }) : state
  }
}

/** The row that a new width keeps in place: `lastRead`, or the row before the first of several widths. Null: nothing is read. */
export function readBeforeReflow(view: ViewState, lastRead: ReadRow | null): ReadRow | null {
  if (view.kind === 'reading') return lastRead
  return view.kind === 'showing' ? view.reflowedFrom : null
}

function withView(state: ScrollState, view: ViewState): ScrollState {
  return { ...state, view }
}
