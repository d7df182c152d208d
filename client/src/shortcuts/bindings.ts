import * as z from 'zod/mini'
import { createDeviceValue } from '../lib/device-value.ts'
import { parseJson } from '../lib/parse-json.ts'
import { shortcutList, type Chord, type ShortcutId } from './shortcut-list.ts'

/** Shortcuts with changed keys on this device; a shortcut with an empty list is turned off. */
export type Bindings = Readonly<Partial<Record<ShortcutId, readonly Chord[]>>>

const chordSchema = z.object({
  key: z.string().check(z.minLength(1)),
  code: z.optional(z.string()),
  mod: z.optional(z.boolean()),
  shift: z.optional(z.boolean()),
  alt: z.optional(z.boolean()),
})
const bindingsSchema = z.record(z.string(), z.array(chordSchema))

export const bindings = createDeviceValue<Bindings>('holdfast.shortcuts', {
  parse: parseBindings,
  print: (changed) => (Object.keys(changed).length === 0 ? null : JSON.stringify(changed)),
})

/** The keys of a shortcut on this device. */
export function chordsOf(id: ShortcutId, changed: Bindings = bindings.get()): readonly Chord[] {
  return changed[id] ?? shortcutList[id].chords
}

/** Changes the keys of a shortcut; null resets them. */
export function changeChords(id: ShortcutId, chords: readonly Chord[] | null): void {
  const { [id]: _, ...others } = bindings.get()
  bindings.set(chords === null ? others : { ...others, [id]: chords })
}

export function resetAllChords(): void {
  bindings.set({})
}

/** Ignores what this version does not know. */
export function parseBindings(text: string | null): Bindings {
  const parsed = bindingsSchema.safeParse(parseJson(text))
  if (!parsed.success) return {}
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([id, chords]) => (isShortcutId(id) ? [[id, chords.map(toChord)]] : [])),
  )
}

function toChord({ key, code, mod, shift, alt }: z.infer<typeof chordSchema>): Chord {
  return {
    key,
    ...(code === undefined ? {} : { code }),
    ...(mod ? { mod } : {}),
    ...(shift ? { shift } : {}),
    ...(alt ? { alt } : {}),
  }
}

function isShortcutId(id: string): id is ShortcutId {
  return Object.hasOwn(shortcutList, id)
}
