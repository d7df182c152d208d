import { z } from 'zod'

const itemSchema = z.object({ topic: z.string(), payload: z.unknown() })
export type Item = z.infer<typeof itemSchema>

const interestSchema = z.object({
  /** How often the interest of the sender has changed, this change included. */
  n: z.number(),
  /** All topics that it follows; null for any topic. Without it, `add` and `drop` are the change. */
  all: z.array(z.string()).nullable().optional(),
  add: z.string().optional(),
  drop: z.string().optional(),
})
export type InterestChange = z.infer<typeof interestSchema>

const envelopeSchema = z.object({
  /** The node that sends. */
  from: z.string(),
  items: z.array(itemSchema).optional(),
  interest: interestSchema.optional(),
  /** The number of a self-test of the sender, which is the only one to read it. */
  test: z.number().optional(),
  /** The sender is new here: `hello`. It has learnt of another node, which may have missed something: `welcome` with its id. */
  hello: z.boolean().optional(),
  welcome: z.string().optional(),
  /** The node whose interest the sender has lost track of. */
  ask: z.string().optional(),
  /** The sender stops. */
  bye: z.boolean().optional(),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** Null for a text that no node of ours has sent. */
export function textToEnvelope(text: string): Envelope | null {
  try {
    return envelopeSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** An item that takes more than this part of a text goes without its copies. */
const sharePerItem = 0.4
/** The bytes of the envelope around its items. */
const envelopeBytes = 100

/** Packs items into as few texts as possible. Copies that are too long are left out: the numbers make readers look into the database. */
export function itemsToTexts(from: string, items: readonly Item[], maxBytes: number): string[] {
  const texts: string[] = []
  let group: Item[] = []
  let size = envelopeBytes
  const close = () => {
    if (group.length > 0) texts.push(JSON.stringify({ from, items: group } satisfies Envelope))
    group = []
    size = envelopeBytes
  }
  for (const item of items) {
    const small = shorten(item, maxBytes * sharePerItem)
    const bytes = Buffer.byteLength(JSON.stringify(small)) + 1
    if (size + bytes > maxBytes) close()
    group.push(small)
    size += bytes
  }
  close()
  return texts
}

function shorten(item: Item, maxBytes: number): Item {
  if (Buffer.byteLength(JSON.stringify(item)) <= maxBytes) return item
  const { topic, payload } = item
  if (typeof payload !== 'object' || payload === null || !('lastSeq' in payload)) return { topic, payload: null }
  return { topic, payload: { lastSeq: payload.lastSeq } }
}
