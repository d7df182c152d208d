import { expect, test } from 'vitest'
import { transition, type ScrollEvent, type ScrollState, type ViewState } from './scroll-state.ts'

const read = { key: 'read', offset: -40, size: 100 }
const target = { key: 'row', offset: 72 }

const views = {
  following: { kind: 'following' },
  reading: { kind: 'reading' },
  'at-start': { kind: 'at-start' },
  showing: { kind: 'showing', target, reflowedFrom: null },
  reflowed: { kind: 'showing', target: { key: 'read', offset: -80 }, reflowedFrom: read },
} as const satisfies Record<string, ViewState>
type ViewName = keyof typeof views

const scrolled = (movedBy: number, toEnd: number, hasShrunk = false): ScrollEvent => ({
  type: 'scrolled',
  movedBy,
  toEnd,
  hasShrunk,
})

/** The view that follows from each event in each view; a view that is not listed stays as it is. */
const table: readonly (readonly [string, ScrollEvent, Partial<Record<ViewName, ViewState>>])[] = [
  ['moved up from the end', scrolled(-3, 3), { following: views.reading }],
  ['moved up by a rounding error', scrolled(-0.4, 3), {}],
  ['moved up because the content became shorter', scrolled(-200, 3, true), {}],
  ['moved up, and still at the end', scrolled(-3, 0.5), {}],
  ['moved down to near the end', scrolled(5, 47), { reading: views.following }],
  ['moved down, not yet near the end', scrolled(5, 48), {}],
  ['did not move, near the end', scrolled(0, 10), {}],
  ['the reader goes up', { type: 'end-left', isScrollable: true }, { following: views.reading }],
  ['the reader goes up where everything fits', { type: 'end-left', isScrollable: false }, {}],
  [
    'the reader takes over',
    { type: 'taken-over' },
    { 'at-start': views.reading, showing: views.reading, reflowed: views.reading },
  ],
  [
    'jump to the end',
    { type: 'jumped-to-end' },
    { reading: views.following, 'at-start': views.following, showing: views.following, reflowed: views.following },
  ],
  [
    'jump to the start',
    { type: 'jumped-to-start' },
    {
      following: views['at-start'],
      reading: views['at-start'],
      showing: views['at-start'],
      reflowed: views['at-start'],
    },
  ],
  [
    'show a row',
    { type: 'row-shown', target },
    { following: views.showing, reading: views.showing, 'at-start': views.showing, reflowed: views.showing },
  ],
  [
    'a new width: the same part of the row stays, measured from before the first of several widths',
    { type: 'width-changed', read: { key: 'other', offset: 10, size: 50 }, size: 200 },
    {
      reading: {
        kind: 'showing',
        target: { key: 'other', offset: 10 },
        reflowedFrom: { key: 'other', offset: 10, size: 50 },
      },
      reflowed: { kind: 'showing', target: { key: 'read', offset: -80 }, reflowedFrom: read },
    },
  ],
  ['the row has settled', { type: 'settled' }, { showing: views.reading, reflowed: views.reading }],
  ['the room is filled', { type: 'room-filled' }, {}],
]

const names = Object.keys(views) as ViewName[]
const cases = table.flatMap(([title, event, after]) => names.map((name) => ({ title, event, name, after: after[name] })))

test.for(cases)('$title, while $name', ({ event, name, after }) => {
  const state: ScrollState = { view: views[name], pinnedKey: null }
  expect(transition(state, event).view).toEqual(after ?? views[name])
})

test('an event that changes nothing returns the same state', () => {
  const state: ScrollState = { view: views.reading, pinnedKey: null }
  expect(transition(state, { type: 'end-left', isScrollable: true })).toBe(state)
  expect(transition(state, { type: 'taken-over' })).toBe(state)
  expect(transition(state, { type: 'settled' })).toBe(state)
  expect(transition(state, { type: 'room-filled' })).toBe(state)
  expect(transition(state, scrolled(1, 500))).toBe(state)
})

test('a row that begins above the view keeps the same share of its height above it', () => {
  const state: ScrollState = { view: views.reading, pinnedKey: null }
  const after = transition(state, { type: 'width-changed', read, size: 200 })
  expect(after.view).toMatchObject({ kind: 'showing', target: { key: 'read', offset: -80 } })
})

test('a pinned row keeps the space below it until that is filled or the view jumps to the end', () => {
  const pinned = transition({ view: views.following, pinnedKey: null }, { type: 'row-pinned', target })
  expect(pinned).toEqual({ view: views.showing, pinnedKey: 'row' })
  const settled = transition(pinned, { type: 'settled' })
  expect(settled).toEqual({ view: views.reading, pinnedKey: 'row' })
  expect(transition(settled, { type: 'row-shown', target }).pinnedKey).toBe('row')
  expect(transition(settled, { type: 'room-filled' }).pinnedKey).toBeNull()
  expect(transition(settled, { type: 'jumped-to-end' }).pinnedKey).toBeNull()
})
