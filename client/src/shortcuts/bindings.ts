import * as z from 'zod/mini'
import { createDeviceValue } from '../device-value.ts'
import { shortcutList, type Chord, type ShortcutId } from './shortcut-list.ts'

/** The shortcuts whose keys were changed on this device, with the keys that they have now; none: it is switched off. */
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

/** The keys of a shortcut, as it is on this device. */
export function chordsOf(id: ShortcutId, changed: Bindings = bindings.get()): readonly Chord[] {
  return changed[id] ?? shortcutList[id].chords
}

/** Gives a shortcut other keys; null: its own again. */
export function changeChords(id: ShortcutId, chords: readonly Chord[] | null): void {
  const { [id]: _, ...others } = bindings.get()
  bindings.set(chords === null ? others : { ...others, [id]: chords })
}

export function resetAllChords(): void {
  bindings.set({})
}

/** What a page of another version has kept and this one does not know is left out. */
export function parseBindings(text: string | null): Bindings {
  let stored: unknown = null
  try {
    stored = JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
  const parsed = bindingsSchema.safeParse(stored)
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
