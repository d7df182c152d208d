import {
  isActive,
  isContinuable,
  partsToContent,
  type Conversation,
  type ConversationEvent,
  type EventRecord,
  type GenerationNote,
  type Message,
  type Part,
  type Snapshot,
  type TerminalStatus,
} from '../src/index.ts'

/** The truth after a transaction: the state that a fresh reader of the database would get. */
export interface Checkpoint {
  readonly seq: number
  readonly conversation: Conversation
  /** Everything that exists, in the order in which it was added. */
  readonly messages: readonly Message[]
}

export interface WrittenLog {
  readonly start: Checkpoint
  readonly records: readonly EventRecord[]
  /** One for each transaction, in order. */
  readonly checkpoints: readonly Checkpoint[]
}

export type LogWriter = ReturnType<typeof createLogWriter>

const conversationId = '00000000-0000-4000-8000-000000000000'
const startedAt = Date.parse('2026-01-01T00:00:00.000Z')

/**
 * A conversation as the simplest program would keep it: mutable messages, everything derived again each time. It writes the log that
 * goes with its changes, and never looks at the fold.
 */
export function createLogWriter() {
  const messages: Message[] = []
  const records: EventRecord[] = []
  const checkpoints: Checkpoint[] = []
  let clock = startedAt
  let added = 0
  let remarks = 0
  let rest: Conversation['state'] = 'idle'
  const conversation: Conversation = {
    id: conversationId,
    title: 'New Conversation',
    model: null,
    instructions: null,
    messageCount: 0,
    pinned: false,
    archived: false,
    unread: false,
    activeMessageId: null,
    state: 'idle',
    hasActiveGeneration: false,
    createdAt: new Date(startedAt).toISOString(),
    updatedAt: new Date(startedAt).toISOString(),
  }
  const start: Checkpoint = { seq: 0, conversation: structuredClone(conversation), messages: [] }

  const now = () => new Date(clock).toISOString()
  const childrenOf = (parentId: string | null) => messages.filter((message) => message.parentId === parentId).map(({ id }) => id)

  function refresh() {
    for (const message of messages) {
      message.siblingIds = childrenOf(message.parentId)
      message.content = partsToContent(message.parts)
    }
    const active = messages.filter((message) => isActive(message.status))
    const runsTool = active.some(({ parts }) => parts.some((part) => part.type === 'tool-call' && part.state === 'running'))
    conversation.hasActiveGeneration = active.length > 0
    conversation.state = active.some(({ status }) => status === 'waiting')
      ? 'waiting'
      : runsTool
        ? 'executing'
        : active.length > 0
          ? 'thinking'
          : rest
  }

  function write(event: ConversationEvent) {
    records.push({ seq: records.length + 1, at: now(), event: structuredClone(event) })
  }

  function add(input: Pick<Message, 'parentId' | 'role' | 'status' | 'parts'>): Message {
    added += 1
    const message: Message = {
      id: `00000000-0000-4000-8000-${String(added).padStart(12, '0')}`,
      conversationId,
      siblingIds: [],
      content: '',
      model: input.role === 'assistant' ? 'model' : null,
      usage: null,
      costMicroUsd: null,
      error: null,
      createdAt: now(),
      updatedAt: now(),
      ...input,
    }
    messages.push(message)
    conversation.messageCount += 1
    conversation.activeMessageId = message.id
    conversation.updatedAt = now()
    refresh()
    write({ type: 'message-added', message })
    return message
  }

  function touch(message: Message) {
    message.updatedAt = now()
  }

  function endOne(message: Message, status: TerminalStatus) {
    const failed = status === 'error' || status === 'interrupted'
    const usage = status === 'completed' ? { inputTokens: 3, outputTokens: 5, estimated: false } : null
    const error = failed ? { code: status, message: 'It failed.' } : null
    Object.assign(message, { status, usage, error })
    touch(message)
    rest = failed ? 'error' : 'idle'
    Object.assign(conversation, { unread: true, updatedAt: now() })
    write({ type: 'generation-ended', messageId: message.id, status, usage, ...(error ? { error } : {}) })
  }

  function update(changes: Partial<Conversation>) {
    Object.assign(conversation, changes)
    refresh()
    write({ type: 'conversation-updated', conversation })
  }

  const lastPart = (message: Message, type: Part['type']) => {
    const part = message.parts.at(-1)
    return part?.type === type ? part : null
  }

  return {
    messages: messages as readonly Message[],
    conversation: conversation as Readonly<Conversation>,
    /** Everything that `change` does happens at one moment, and its events are committed together. */
    transaction: (afterMs: number, change: () => void) => {
      clock += afterMs
      const before = records.length
      change()
      refresh()
      const seq = records.length
      if (seq > before) checkpoints.push(structuredClone({ seq, conversation, messages }))
    },
    appendTurn: (parentId: string | null, text: string) => {
      const question = add({ parentId, role: 'user', status: 'completed', parts: [{ type: 'text', text }] })
      add({ parentId: question.id, role: 'assistant', status: 'queued', parts: [] })
    },
    addAnswer: (parentId: string) => {
      add({ parentId, role: 'assistant', status: 'queued', parts: [] })
    },
    start: (message: Message, attempt: number) => {
      Object.assign(message, { status: 'generating', error: null, model: 'model' })
      touch(message)
      write({ type: 'generation-started', messageId: message.id, attempt, model: 'model' })
    },
    retry: (message: Message) => {
      const { id: messageId } = message
      write({ type: 'generation-retry', messageId, attempt: 2, maxAttempts: 3, delayMs: 500, reason: 'provider-overloaded' })
    },
    say: (message: Message, type: 'text' | 'reasoning', text: string) => {
      const known = lastPart(message, type) as { text: string } | null
      const offset = known?.text.length ?? 0
      if (known) known.text += text
      else message.parts.push({ type, text })
      touch(message)
      const part = message.parts.length - 1
      write({ type: type === 'text' ? 'text-delta' : 'reasoning-delta', messageId: message.id, part, offset, text })
    },
    /** What the message says last was reasoning, from its middle on or as a whole. */
    takeBack: (message: Message, isHalf: boolean) => {
      const known = lastPart(message, 'text') as { text: string } | null
      if (!known) return
      const part = message.parts.length - 1
      const offset = isHalf ? Math.floor(known.text.length / 2) : 0
      const kept = offset === 0 ? [] : [{ type: 'text' as const, text: known.text.slice(0, offset) }]
      message.parts.splice(part, 1, ...kept, { type: 'reasoning', text: known.text.slice(offset) })
      touch(message)
      write({ type: 'text-was-reasoning', messageId: message.id, part, offset })
    },
    callTool: (message: Message, args: string) => {
      const part = message.parts.length
      const call = { callId: `call-${part}`, name: 'list_tasks', args }
      message.parts.push({ type: 'tool-call', ...call, state: 'pending' })
      touch(message)
      write({ type: 'tool-call', messageId: message.id, part, ...call })
    },
    addFile: (message: Message, name: string, bytes: number) => {
      const part = message.parts.length
      const call = lastPart(message, 'tool-call') as { callId: string } | null
      const file = {
        type: 'file' as const,
        fileId: `file-${message.id}-${part}`,
        name,
        mediaType: 'image/png',
        bytes,
        ...(call ? { callId: call.callId } : {}),
      }
      message.parts.push(file)
      touch(message)
      write({ type: 'file-added', messageId: message.id, part, file })
    },
    /** The newest call advances as far as it can: pending, running, done or failed. */
    advanceTool: (message: Message, succeeds: boolean) => {
      const call = message.parts.findLast((part) => part.type === 'tool-call')
      if (!call || (call.state !== 'pending' && call.state !== 'running')) return
      const { callId } = call
      touch(message)
      if (call.state === 'pending') {
        call.state = 'running'
        write({ type: 'tool-call-updated', messageId: message.id, callId, state: 'running' })
      } else if (succeeds) {
        Object.assign(call, { state: 'done', result: { ok: true }, durationMs: 3 })
        write({ type: 'tool-result', messageId: message.id, callId, result: { ok: true }, durationMs: 3 })
      } else {
        Object.assign(call, { state: 'failed', error: 'Task not found' })
        write({ type: 'tool-result', messageId: message.id, callId, error: 'Task not found' })
      }
    },
    note: (message: Message, note: GenerationNote) => {
      message.notes = [...(message.notes ?? []).filter(({ kind }) => kind !== note.kind), note]
      touch(message)
      write({ type: 'generation-note', messageId: message.id, note })
    },
    react: (message: Message, reaction: string, userId: string) => {
      const all = message.reactions ?? []
      const on = !all.some((each) => each.reaction === reaction && each.userIds.includes(userId))
      const others = all.map((each) =>
        each.reaction === reaction ? { reaction, userIds: each.userIds.filter((id) => id !== userId) } : each,
      )
      const known = others.find((each) => each.reaction === reaction)
      if (on && known) known.userIds.push(userId)
      else if (on) others.push({ reaction, userIds: [userId] })
      const kept = others.filter(({ userIds }) => userIds.length > 0)
      if (kept.length > 0) message.reactions = kept
      else delete message.reactions
      touch(message)
      write({ type: 'reaction-changed', messageId: message.id, reaction, userId, on })
    },
    remark: (message: Message, text: string) => {
      remarks += 1
      const remark = { type: 'remark' as const, remarkId: `remark-${remarks}`, text, authorId: 'user', createdAt: now() }
      message.pendingRemarks = [...(message.pendingRemarks ?? []), remark]
      touch(message)
      write({ type: 'remark-added', messageId: message.id, remark })
    },
    /** The model gets the oldest remark. */
    takeRemark: (message: Message) => {
      const [remark, ...rest] = message.pendingRemarks ?? []
      if (!remark) return
      message.parts.push(remark)
      if (rest.length > 0) message.pendingRemarks = rest
      else delete message.pendingRemarks
      touch(message)
      write({ type: 'remark-taken', messageId: message.id, part: message.parts.length - 1, remark })
    },
    wait: (message: Message) => {
      message.status = 'waiting'
      touch(message)
      write({ type: 'generation-waiting', messageId: message.id })
    },
    queueAgain: (message: Message) => {
      if (message.status !== 'waiting' && !isContinuable(message)) return
      Object.assign(message, { status: 'queued', error: null })
      touch(message)
      refresh()
      write({ type: 'generation-queued', messageId: message.id, message })
    },
    end: endOne,
    remove: (message: Message) => {
      if (isActive(message.status)) endOne(message, 'cancelled')
      const { id, parentId } = message
      messages.splice(messages.indexOf(message), 1)
      for (const child of messages) if (child.parentId === id) child.parentId = parentId
      conversation.messageCount -= 1
      const siblingIds = childrenOf(parentId)
      if (conversation.activeMessageId === id) conversation.activeMessageId = parentId ?? siblingIds.at(-1) ?? null
      write({ type: 'message-removed', messageId: id, parentId, siblingIds })
      update({})
    },
    update,
    trash: () => {
      write({ type: 'conversation-deleted' })
      write({ type: 'conversation-restored' })
    },
    written: (): WrittenLog => ({ start, records, checkpoints }),
  }
}

/** Everything that a reader can learn about a checkpoint. */
export function checkpointToWholeSnapshot({ seq, conversation, messages }: Checkpoint): Snapshot {
  return { conversation, messages: [...messages], cursor: String(seq), nextCursor: null }
}

/** The server's snapshot: the newest page of the active path, and what runs on any branch. */
export function checkpointToSnapshot({ seq, conversation, messages }: Checkpoint, limit: number): Snapshot {
  const messagesById = new Map(messages.map((message) => [message.id, message]))
  const path: Message[] = []
  let message = messagesById.get(conversation.activeMessageId ?? '')
  while (message && path.length < limit) {
    path.unshift(message)
    message = messagesById.get(message.parentId ?? '')
  }
  const running = messages.filter((candidate) => isActive(candidate.status) && !path.includes(candidate))
  return {
    conversation,
    messages: [...path, ...running],
    cursor: String(seq),
    nextCursor: message ? (path[0]?.id ?? null) : null,
  }
}
