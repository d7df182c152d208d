import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ImportFile } from '../../src/imports/archive/import-file.ts'
import { openArchive } from '../../src/imports/archive/open-archive.ts'
import type {
  ImportedConversation,
  ImportedItem,
  ImportedPlannerItem,
  ImportProblem,
} from '../../src/imports/formats/imported.ts'
import { countConversations, recognise } from '../../src/imports/formats/recognise.ts'

export function toImportFile(content: string | Uint8Array, name = 'export'): ImportFile {
  const bytes = Buffer.from(content)
  return {
    name,
    bytes: bytes.length,
    open: ({ start, end } = { start: 0, end: bytes.length - 1 }) =>
      Promise.resolve(Readable.from([bytes.subarray(start, end + 1)])),
  }
}

export interface ReadItems {
  readonly source: string
  readonly count: number | null
  readonly conversations: readonly ImportedConversation[]
  readonly plannerItems: readonly ImportedPlannerItem[]
  readonly problems: readonly ImportProblem[]
}

/** Everything that a file is read as. */
export async function readItems(file: ImportFile): Promise<ReadItems> {
  const archive = await openArchive(file)
  const recognised = await recognise(archive)
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  try {
    const items: ImportedItem[] = []
    for await (const item of recognised.format.read({ workDirectory: async () => directory }, archive, recognised.documents))
      items.push(item)
    return {
      source: recognised.format.source,
      count: await countConversations(recognised),
      conversations: items.flatMap((item) => (item.type === 'conversation' ? item : [])),
      plannerItems: items.flatMap((item) =>
        item.type === 'goal' || item.type === 'milestone' || item.type === 'task' ? item : [],
      ),
      problems: [
        ...recognised.problems,
        ...items.flatMap((item) => (item.type === 'problem' ? item.problem : item.type === 'conversation' ? item.problems : [])),
      ],
    }
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** A conversation as lines: each message below its parent, with the kinds of its parts and its text. */
export function toOutline({ messages }: ImportedConversation): string[] {
  const depths = new Map<string | null, number>([[null, 0]])
  return messages.map((message) => {
    const depth = depths.get(message.parentSourceId) ?? Number.NaN
    depths.set(message.sourceId, depth + 1)
    const parts = message.parts.map((part) => {
      if (part.type === 'text' || part.type === 'remark') return part.text
      if (part.type === 'reasoning') return `(${part.text})`
      if (part.type === 'file') return `[${part.name}]`
      return `{${part.name} ${JSON.stringify(part.args)} ${part.state} ${JSON.stringify(part.result ?? part.error)}}`
    })
    return `${'  '.repeat(depth)}${message.role}${message.status === 'completed' ? '' : ` ${message.status}`}: ${parts.join(' | ')}`
  })
}
