import { readJsonValues } from '../archive/read-json-values.ts'
import { indexAssets, type AssetIndex } from './asset-index.ts'
import { readChatgptMessage } from './chatgpt-message.ts'
import { finishConversation, nameConversation } from './finish-conversation.ts'
import { isListedOrAlone, tooLarge, type ImportFormat } from './format.ts'
import type { ImportedItem, ImportProblem } from './imported.ts'
import { walkTree } from './message-tree.ts'
import { toList, toRecord, toText, type JsonRecord } from './json-values.ts'
import { createLeftovers } from './leftovers.ts'
import type { SourceMessage } from './source-messages.ts'
import { valueToTime } from './times.ts'

/** ChatGPT's archive, or the conversations.json in it: trees of nodes, many of which its page does not show. */
export const chatgptFormat: ImportFormat = {
  source: 'chatgpt',
  matches: (start) => start.has('[].mapping') || start.has('mapping'),
  isConversation: isListedOrAlone,
  otherDocuments: {
    'user.json': null,
    'export_manifest.json': null,
    'user_settings.json': 'Settings of ChatGPT have no place here',
    'message_feedback.json': 'Ratings of answers have no place here',
    'model_comparisons.json': 'Comparisons of answers have no place here',
    'shared_conversations.json': 'Shared links lead to ChatGPT',
    'shopping.json': 'Shopping research has no place here',
    'sora.json': 'Videos have no place here',
    'group_chats.json': 'Chats of several people have no place here',
  },
  async *read(_deps, archive, documents) {
    const assets = indexAssets(archive)
    const leftovers = createLeftovers({
      'Conversations in projects or with custom GPTs':
        'They were imported without the project or the GPT, which have no place here',
    })
    for (const document of documents) {
      for await (const { value } of readJsonValues(await document.open(), { wants: isListedOrAlone })) {
        if (value === undefined) yield tooLarge
        else {
          const conversation = toRecord(value)
          if (toText(conversation['gizmo_id']) !== null) leftovers.add('Conversations in projects or with custom GPTs')
          yield readConversation(conversation, assets)
        }
      }
    }
    yield* leftovers.toProblems()
  },
}

function readConversation(conversation: JsonRecord, assets: AssetIndex): ImportedItem {
  const title = toText(conversation['title'])
  const name = nameConversation(title)
  const problems: ImportProblem[] = []
  const instructions: string[] = []
  const defaultModel = toText(conversation['default_model_slug'])
  const mapping = toRecord(conversation['mapping'])
  const nodes = new Map(Object.entries(mapping).map(([id, node]) => [id, toRecord(node)]))
  const ids = walkTree(
    nodes.keys(),
    (id) => toText(nodes.get(id)?.['parent']) === null,
    (id) => toList(nodes.get(id)?.['children']),
  )
  const messages = ids.map((id): SourceMessage => {
    const node = nodes.get(id) ?? {}
    const place = { sourceId: id, parentSourceId: toText(node['parent']) }
    const message = toRecord(node['message'])
    const content = readChatgptMessage(message, { name, assets, problems, instructions })
    return { ...place, ...content, model: content.model ?? (content.role === 'assistant' ? defaultModel : null) }
  })
  return finishConversation({
    sourceId: toSourceId(conversation, mapping),
    title,
    createdAt: valueToTime(conversation['create_time']),
    updatedAt: valueToTime(conversation['update_time']),
    // The newest: they may have been changed in the middle.
    instructions: instructions.slice(-1),
    model: defaultModel,
    pinned: conversation['is_starred'] === true,
    archived: conversation['is_archived'] === true,
    activeSourceId: toText(conversation['current_node']),
    messages,
    problems,
  })
}

/** Exports before 2023 name no conversation: its first node is as good as an id. */
function toSourceId(conversation: JsonRecord, mapping: JsonRecord): string {
  const id = toText(conversation['conversation_id']) ?? toText(conversation['id'])
  return id ?? `${String(conversation['create_time'])} ${Object.keys(mapping)[0] ?? ''}`
}
