import type { ToolCallExtra } from '../model.ts'
import { createJsonScanner, toArguments, type JsonScanner } from './json-scanner.ts'
import { readRecord, readText, type JsonRecord } from './read-json.ts'

/** A call as it stands so far. Its id only serves to tell calls apart: providers leave ids out and use them twice. */
export interface MergedToolCall {
  readonly name: string
  readonly args: string
  readonly extra: ToolCallExtra | null
}

interface Slot {
  id: string | null
  index: number | null
  name: string | null
  args: string
  scanner: JsonScanner
  extra: ToolCallExtra | null
}

interface Fragment {
  readonly id: string | null
  readonly index: number | null
  readonly name: string | null
  readonly args: string
  readonly isWholeValue: boolean
  readonly extra: ToolCallExtra | null
}

/**
 * Puts tool calls together from deltas. Providers number them wrongly or not at all, so the index alone does not decide:
 * an id that is known continues its call; a new id with a name, where the index is taken or missing, starts one; so does an object
 * that opens where a whole one stands already; everything else continues the call at its index, or the last one.
 */
export interface ToolCallMerge {
  add(delta: unknown): void
  calls(): MergedToolCall[]
}

export function createToolCallMerge(): ToolCallMerge {
  const slots: Slot[] = []

  const open = (fragment: Fragment, inheritedName: string | null = null): Slot => {
    const { id, index, name } = fragment
    const slot = { id, index, name: name ?? inheritedName, args: '', scanner: createJsonScanner(), extra: null }
    slots.push(slot)
    return slot
  }

  const find = (fragment: Fragment): Slot => {
    const { id, index, name } = fragment
    const known = id === null ? undefined : slots.findLast((slot) => slot.id === id)
    if (known) return name !== null && startsAnother(known, fragment) ? open(fragment) : known
    const last = slots.at(-1)
    // A continuation with a number whose start had none belongs to that start.
    const unnumbered = id === null && name === null && last?.index === null ? last : undefined
    const placed = index === null ? last : (slots.findLast((slot) => slot.index === index) ?? unnumbered)
    if (!placed) return open(fragment)
    const isTaken = id !== null && name !== null && (index === null || placed.id !== null)
    return isTaken || startsAnother(placed, fragment) ? open(fragment, placed.name) : placed
  }

  const append = (slot: Slot, { args, isWholeValue }: Fragment): void => {
    if (args === '' || (slot.scanner.isWhole && args === slot.args)) return
    // Some send `{}` first and the arguments afterwards.
    if (isWholeValue || (slot.scanner.isWhole && isEmptyObject(slot.args))) {
      slot.args = ''
      slot.scanner = createJsonScanner()
    }
    slot.args += args
    slot.scanner.push(args)
  }

  return {
    add(delta) {
      const fragment = deltaToFragment(delta)
      if (!fragment) return
      const slot = find(fragment)
      slot.id ??= fragment.id
      slot.name ??= fragment.name
      slot.extra ??= fragment.extra
      append(slot, fragment)
    },
    calls: () =>
      slots
        .filter((slot) => slot.name !== null || slot.args !== '')
        .map(({ name, args, extra }) => ({ name: name ?? '', args: toArguments(args), extra })),
  }
}

/** Whether a fragment that would go into this slot is the start of another call. */
function startsAnother(slot: Slot, { id, name, index, args }: Fragment): boolean {
  const isSameId = id !== null && id === slot.id
  if (isSameId && index !== null && slot.index !== null && index !== slot.index) return true
  if (!isSameId && name !== null && slot.name !== null && name !== slot.name) return true
  if (!slot.scanner.isWhole || !args.trimStart().startsWith('{')) return false
  const isRepeat = isSameId && args === slot.args
  const isPlaceholder = name === null && isEmptyObject(slot.args)
  return !isRepeat && !isPlaceholder
}

function deltaToFragment(delta: unknown): Fragment | null {
  const call = readRecord(delta)
  if (!call) return null
  const called = readRecord(call['function']) ?? {}
  const args = called['arguments']
  return {
    id: readText(call['id']),
    index: Number.isInteger(call['index']) ? (call['index'] as number) : null,
    name: readText(called['name']),
    args: typeof args === 'string' ? args : args === null || args === undefined ? '' : JSON.stringify(args),
    isWholeValue: typeof args === 'object' && args !== null,
    extra: readExtra(call),
  }
}

/** Gemini refuses the next step unless its `thought_signature` comes back on the same call. LiteLLM has a place of its own for it. */
function readExtra(call: JsonRecord): ToolCallExtra | null {
  const content = readRecord(call['extra_content'])
  const fields = readRecord(call['provider_specific_fields'])
  if (!content && !fields) return null
  return { ...(content && { extra_content: content }), ...(fields && { provider_specific_fields: fields }) }
}

function isEmptyObject(text: string): boolean {
  return /^\s*\{\s*\}\s*$/u.test(text)
}
