import { readJsonValues } from '../archive/read-json-values.ts'
import { isDocument } from '../archive/open-archive.ts'
import { finishConversation, nameConversation } from './finish-conversation.ts'
import type { ImportFormat } from './format.ts'
import type { ImportedItem, ImportProblem } from './imported.ts'
import { toNumber, toRecord, toText, type JsonRecord } from './json-values.ts'
import { createLeftovers } from './leftovers.ts'
import { readLobechatMessage } from './lobechat-message.ts'
import { openSpool } from './spool.ts'
import { valueToTime } from './times.ts'

// Browser exports hold `state`, exports of the database `data`.
const roots = ['state', 'data']
const wantedLists = ['sessions', 'topics', 'agents', 'agentsToSessions', 'messagePlugins', 'threads', 'messagesFiles']

/**
 * LobeChat's export: all messages in one list, each with its session and topic. They are sorted into files on the disk first, because a
 * conversation's messages may stand anywhere, and the sessions behind them.
 */
export const lobechatFormat: ImportFormat = {
  source: 'lobechat',
  matches: (start) =>
    (start.has('exportType') && roots.some((root) => start.has(root))) ||
    start.has('state.messages') ||
    start.has('state.sessions') ||
    ['messages', 'topics', 'sessions'].some((list) => start.has(`data.${list}`)),
  isConversation: null,
  otherDocuments: {},
  async *read(deps, _archive, documents) {
    const leftovers = createLeftovers({
      'Plugins, providers and other settings': 'Settings of LobeChat have no place here',
      'Threads beside a conversation': 'Their messages were imported as branches',
      'Files of messages': 'The export does not hold them',
    })
    const sessions = new Map<string, JsonRecord>()
    const topics = new Map<string, JsonRecord>()
    const agents = new Map<string, JsonRecord>()
    const agentOfSession = new Map<string, string>()
    const plugins = new Map<string, JsonRecord>()
    const tables = new Map([
      ['sessions', sessions],
      ['topics', topics],
      ['agents', agents],
      ['messagePlugins', plugins],
    ])
    const spool = await openSpool<JsonRecord>(await deps.workDirectory())
    for (const document of documents.filter(({ name }) => documents.length === 1 || isDocument(name))) {
      const settings = new Set<string>()
      const values = readJsonValues(await document.open(), {
        wants: ([root, list, item]) =>
          roots.includes(root ?? '') && item === '[]' && ['messages', ...wantedLists].includes(list ?? ''),
        onOther: ([root, list, item]) => {
          if (roots.includes(root ?? '') && list !== undefined && item === '[]') settings.add(list)
        },
      })
      for await (const { path, value } of values) {
        const record = toRecord(value)
        const list = path[1] ?? ''
        if (list === 'messages') {
          if (value === undefined) yield tooLargeMessage
          else await spool.add(toConversationId(record), record)
        } else if (list === 'agentsToSessions') {
          agentOfSession.set(toText(record['sessionId']) ?? '', toText(record['agentId']) ?? '')
        } else if (list === 'threads') leftovers.add('Threads beside a conversation')
        else if (list === 'messagesFiles') leftovers.add('Files of messages')
        else tables.get(list)?.set(toText(record['id']) ?? '', record)
      }
      if (settings.size > 0) leftovers.add('Plugins, providers and other settings')
    }
    for await (const [sourceId, messages] of spool.groups()) {
      const topic = topics.get(toText(messages[0]?.['topicId']) ?? '')
      const sessionId = toText(messages[0]?.['sessionId']) ?? toText(topic?.['sessionId']) ?? ''
      const session = sessions.get(sessionId)
      const agent = agents.get(toText(messages[0]?.['agentId']) ?? agentOfSession.get(sessionId) ?? '')
      yield readConversation({ sourceId, messages, topic, session, agent, plugins })
    }
    yield* leftovers.toProblems()
  },
}

const tooLargeMessage = {
  type: 'problem',
  problem: { what: 'A message', why: 'It is larger than 64 MB' },
  isConversation: false,
} as const

/** A topic is a conversation, and what a session has outside of its topics is another. */
function toConversationId(message: JsonRecord): string {
  const topic = toText(message['topicId'])
  return topic === null ? `session ${toText(message['sessionId']) ?? 'inbox'}` : `topic ${topic}`
}

interface Found {
  readonly sourceId: string
  readonly messages: readonly JsonRecord[]
  readonly topic: JsonRecord | undefined
  readonly session: JsonRecord | undefined
  readonly agent: JsonRecord | undefined
  readonly plugins: ReadonlyMap<string, JsonRecord>
}

function readConversation({ sourceId, messages, topic, session, agent, plugins }: Found): ImportedItem {
  const config = { ...toRecord(session?.['config']), ...agent }
  const sessionTitle = toText(toRecord(session?.['meta'])['title']) ?? toText(session?.['title']) ?? toText(agent?.['title'])
  const title = toText(topic?.['title']) ?? sessionTitle
  const problems: ImportProblem[] = []
  const context = { name: nameConversation(title), problems, plugins }
  const inOrder = messages.toSorted((one, other) => toMs(one) - toMs(other))
  const system = toText(toRecord(config)['systemRole'])
  return finishConversation({
    sourceId,
    title,
    createdAt: valueToTime(topic?.['createdAt']) ?? null,
    updatedAt: valueToTime(topic?.['updatedAt']) ?? null,
    instructions: system === null ? [] : [system],
    model: toText(toRecord(config)['model']),
    pinned: topic?.['favorite'] === true || topic?.['favorite'] === 1,
    activeSourceId: null,
    messages: toChain(inOrder, context),
    problems,
  })
}

function toMs(message: JsonRecord): number {
  return valueToTime(message['createdAt'])?.getTime() ?? toNumber(message['createdAt']) ?? 0
}

/**
 * Answers name their question, questions name nothing: they follow the newest message before them. Where questions have parents too, as
 * in newer versions, those count.
 */
function toChain(messages: readonly JsonRecord[], context: Parameters<typeof readLobechatMessage>[1]) {
  const ids = new Set(messages.map((message) => toText(message['id'])))
  let last: string | null = null
  return messages.map((message, index) => {
    const sourceId = toText(message['id']) ?? `#${index}`
    const parent = toText(message['parentId'])
    const parentSourceId = parent !== null && parent !== sourceId && ids.has(parent) ? parent : last
    last = sourceId
    return { ...readLobechatMessage(message, context), sourceId, parentSourceId }
  })
}
