import type { GenerationNote, Json, MessageError, MessageStatus, Role, Usage } from '@holdfast/shared'
import type { ImportedMessage, ImportedPart } from './imported.ts'

/** What a tool gave back. Sources keep it apart from the call, often as a message of its own. */
export interface ToolResult {
  readonly type: 'tool-result'
  /** Null: it belongs to the newest call without a result. */
  readonly callId: string | null
  readonly name: string
  readonly result: Json
  readonly isError: boolean
}

export type Piece = ImportedPart | ToolResult

/** A message as a source has it: several of them can be one answer of ours. */
export interface SourceMessage {
  readonly sourceId: string
  readonly parentSourceId: string | null
  readonly role: Role
  readonly pieces: readonly Piece[]
  readonly status?: MessageStatus
  readonly model?: string | null
  readonly usage?: Usage | null
  readonly error?: MessageError | null
  readonly notes?: readonly GenerationNote[]
  readonly createdAt: Date | null
  readonly updatedAt?: Date | null
}

/** What replaced a message that is not imported by itself. */
export type Places = ReadonlyMap<string, string>

/**
 * Takes messages without content out of a tree, parents first; their children hang where they hung. `places` names for each of them the
 * message above it that stays.
 */
export function dropEmpty(messages: readonly SourceMessage[]): { kept: SourceMessage[]; places: Places } {
  const above = new Map<string, string | null>()
  const kept: SourceMessage[] = []
  for (const message of messages) {
    const { parentSourceId } = message
    const parent =
      parentSourceId === null ? null : above.has(parentSourceId) ? (above.get(parentSourceId) ?? null) : parentSourceId
    if (message.pieces.length === 0 && !message.error) above.set(message.sourceId, parent)
    else kept.push(parent === parentSourceId ? message : { ...message, parentSourceId: parent })
  }
  const places = new Map([...above].flatMap(([id, place]): [string, string][] => (place === null ? [] : [[id, place]])))
  return { kept, places }
}

/**
 * Messages of ours from those of a source, parents first. An answer that a source keeps as a chain (a call, its result, the words after
 * it) becomes one message with all of its parts. It is named after the last link: a chain that has grown since an earlier export is
 * another answer, so nothing of it is lost, and one that has branched since then is not added twice.
 */
export function joinAnswers(messages: readonly SourceMessage[]): { joined: ImportedMessage[]; places: Places } {
  const children = new Map<string, number>()
  for (const { parentSourceId } of messages) {
    if (parentSourceId !== null) children.set(parentSourceId, (children.get(parentSourceId) ?? 0) + 1)
  }
  const chains = new Map<string, SourceMessage[]>()
  const inOrder: SourceMessage[][] = []
  for (const message of messages) {
    const above = chains.get(message.parentSourceId ?? '')
    const last = above?.at(-1)
    const continues =
      above !== undefined && last?.role === 'assistant' && message.role === 'assistant' && children.get(last.sourceId) === 1
    if (continues) {
      above.push(message)
      chains.set(message.sourceId, above)
    } else {
      const chain = [message]
      chains.set(message.sourceId, chain)
      inOrder.push(chain)
    }
  }
  const places = new Map([...chains].map(([id, chain]) => [id, chain.at(-1)?.sourceId ?? id]))
  return { joined: inOrder.map((chain) => chainToMessage(chain, places)), places }
}

function chainToMessage(chain: readonly SourceMessage[], places: Places): ImportedMessage {
  const [first] = chain
  const last = chain.at(-1)
  if (!first || !last) throw new Error('a chain has a link')
  const newest = <Value>(pick: (message: SourceMessage) => Value | null | undefined): Value | null =>
    chain.reduceRight<Value | null>((found, message) => found ?? pick(message) ?? null, null)
  const isAnswer = first.role === 'assistant'
  const pieces = chain.flatMap((message) => message.pieces)
  return {
    sourceId: last.sourceId,
    parentSourceId: first.parentSourceId === null ? null : (places.get(first.parentSourceId) ?? first.parentSourceId),
    role: first.role,
    parts: piecesToParts(isAnswer ? pieces : filesFirst(pieces)),
    status: isAnswer ? (last.status ?? 'completed') : 'completed',
    model: isAnswer ? newest(({ model }) => model) : null,
    usage: isAnswer ? sumUsage(chain) : null,
    costMicroUsd: null,
    error: isAnswer ? newest(({ error }) => error) : null,
    notes: isAnswer ? (last.notes ?? []) : [],
    reactions: [],
    createdAt: first.createdAt,
    updatedAt: newest(({ updatedAt }) => updatedAt) ?? last.createdAt,
  }
}

/** As in a question that is asked here. */
function filesFirst(pieces: readonly Piece[]): readonly Piece[] {
  return [...pieces.filter(({ type }) => type === 'file'), ...pieces.filter(({ type }) => type !== 'file')]
}

function sumUsage(chain: readonly SourceMessage[]): Usage | null {
  const usages = chain.flatMap(({ usage }) => usage ?? [])
  if (usages.length === 0) return null
  return {
    inputTokens: usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: usages.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    estimated: usages.some(({ estimated }) => estimated),
  }
}

/** Puts results to their calls, joins texts that follow each other, and gives each call an id that is unique in its message. */
export function piecesToParts(pieces: readonly Piece[]): ImportedPart[] {
  const parts: ImportedPart[] = []
  const taken = new Set<string>()
  const unique = (callId: string) => {
    let id = callId
    for (let n = 2; taken.has(id); n += 1) id = `${callId}-${n}`
    taken.add(id)
    return id
  }
  /** The calls whose results have not come yet, by the ids of their source. */
  const open: { readonly sourceCallId: string; readonly name: string; readonly index: number }[] = []
  for (const piece of pieces) {
    if (piece.type === 'tool-result') {
      const at = findCall(open, piece)
      const [call] = at === -1 ? [] : open.splice(at, 1)
      const outcome = toOutcome(piece)
      const known = call && parts[call.index]
      if (call && known?.type === 'tool-call') parts[call.index] = { ...known, ...outcome }
      else {
        const callId = unique(piece.callId ?? `call_${parts.length}`)
        parts.push({ type: 'tool-call', callId, name: piece.name, args: {}, ...outcome })
      }
    } else if (piece.type === 'tool-call') {
      if (piece.state === 'pending') open.push({ sourceCallId: piece.callId, name: piece.name, index: parts.length })
      parts.push({ ...piece, callId: unique(piece.callId === '' ? `call_${parts.length}` : piece.callId) })
    } else if (piece.type === 'text') {
      const last = parts.at(-1)
      if (last?.type === 'text') parts[parts.length - 1] = { ...last, text: `${last.text}\n\n${piece.text}` }
      else parts.push(piece)
    } else {
      parts.push(piece)
    }
  }
  // A call without a result: the source does not say what became of it.
  return parts.map((part) =>
    part.type === 'tool-call' && part.state === 'pending'
      ? { ...part, state: 'unknown', error: 'The export holds no result' }
      : part,
  )
}

function findCall(open: readonly { sourceCallId: string; name: string }[], result: ToolResult): number {
  if (result.callId !== null) return open.findIndex(({ sourceCallId }) => sourceCallId === result.callId)
  const byName = open.findLastIndex(
    ({ name }) => name === result.name || name.startsWith(`${result.name}.`) || result.name.startsWith(`${name}.`),
  )
  return byName === -1 ? open.length - 1 : byName
}

function toOutcome({ isError, result }: ToolResult) {
  if (!isError) return { state: 'done' as const, result }
  return { state: 'failed' as const, error: typeof result === 'string' ? result : JSON.stringify(result) }
}

/** A call whose result is not known yet. */
export function toCall(callId: string, name: string, args: Json): Piece {
  return { type: 'tool-call', callId, name, args, state: 'pending' }
}
