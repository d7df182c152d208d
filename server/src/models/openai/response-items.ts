import { isRecord, readCount, readRecord, readText, type JsonRecord } from './read-json.ts'

export type ItemType = 'message' | 'reasoning' | 'function_call' | 'image_generation_call'

const itemTypes: readonly ItemType[] = ['message', 'reasoning', 'function_call', 'image_generation_call']

/** An item of an answer as it stands so far. */
export interface ResponseItem {
  readonly type: ItemType
  /** The part that has been passed on: the text of a message, or of a reasoning item. */
  streamed: string
  /** The section of a summary, or the part of a text, that came last. */
  section: number
  name: string
  args: string
  /** The item as the provider gives it in the end. */
  final: JsonRecord | null
}

interface Slot extends ResponseItem {
  id: string | null
  index: number | null
}

/**
 * The items of an answer that comes in events. An event names its item by id and by place, and providers get each of them wrong: ids that
 * differ from event to event (proxies that encrypt them), places that are missing or always 0. So the place decides where it can, then
 * the id, then what came last.
 */
export interface ResponseItems {
  readonly all: readonly ResponseItem[]
  /** The item that an event is about, a new one if there is none yet. `starts`: the event says that an item begins. */
  find(event: JsonRecord, type: ItemType, starts?: boolean): ResponseItem
  /** The items for those of a whole answer, in their order. */
  match(output: readonly unknown[]): [ResponseItem, JsonRecord][]
}

export function createResponseItems(): ResponseItems {
  const slots: Slot[] = []

  const open = (type: ItemType, id: string | null, index: number | null): Slot => {
    const slot: Slot = { type, id, index, streamed: '', section: 0, name: '', args: '', final: null }
    slots.push(slot)
    return slot
  }

  return {
    all: slots,
    find(event, type, starts = false) {
      const item = readRecord(event['item'])
      const id = readText(event['item_id']) ?? readText(item?.['id'])
      const index = readCount(event['output_index'])
      const ofType = slots.filter((slot) => slot.type === type)
      const known = id === null ? undefined : ofType.findLast((slot) => slot.id === id)
      if (known) return known
      if (starts) return open(type, id, index)
      const isOpen = (slot: Slot) => slot.final === null
      const placed = index === null ? undefined : ofType.findLast((slot) => slot.index === index && isOpen(slot))
      const last = index === null || id === null ? ofType.findLast(isOpen) : undefined
      return placed ?? last ?? open(type, id, index)
    },
    match(output) {
      const matched = new Set<Slot>()
      return output.filter(isRecord).flatMap((item, index): [ResponseItem, JsonRecord][] => {
        const type = toItemType(item['type'])
        if (!type) return []
        const free = slots.filter((slot) => slot.type === type && !matched.has(slot))
        const slot = free.find(({ id }) => id !== null && id === item['id']) ?? free[0] ?? open(type, readText(item['id']), index)
        matched.add(slot)
        return [[slot, item]]
      })
    },
  }
}

/** Null: an item of a kind that was not requested, such as a search of the provider's own. */
export function toItemType(type: unknown): ItemType | null {
  return itemTypes.find((known) => known === type) ?? null
}

/** The text of a message; a refusal counts as text too. */
export function itemToText(item: JsonRecord): string {
  const { content } = item
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isRecord)
    .map((part) => readText(part['text']) ?? readText(part['refusal']) ?? '')
    .join('')
}

/** The readable text of a reasoning item: its summary, or from open models the thoughts themselves. */
export function itemToThoughts(item: JsonRecord): string {
  const read = (parts: unknown, between: string) =>
    Array.isArray(parts)
      ? parts
          .filter(isRecord)
          .flatMap((part) => readText(part['text']) ?? [])
          .join(between)
      : ''
  return read(item['summary'], sectionBreak) || read(item['content'], '')
}

/** Between two messages, and between the sections of a summary. */
export const sectionBreak = '\n\n'
