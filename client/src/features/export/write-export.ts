import type { Conversation, FilePart, Id, Message } from '@holdfast/shared'
import type { HoldfastClient } from '../../sdk/client.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { readTree } from './read-conversation.ts'

type Trpc = HoldfastClient['trpc']

const pageSize = 100
const format = 'holdfast-export'
const version = 1

/** Writes the next part of the file. */
export type Write = (piece: string) => void | Promise<void>

/** Writes a conversation with all its branches as JSON. */
export async function writeConversation(trpc: Trpc, conversationId: Id, write: Write): Promise<void> {
  await write(
    `{"format":"${format}","version":${version},"exportedAt":${JSON.stringify(new Date().toISOString())},"conversations":[`,
  )
  await writeTree(trpc, conversationId, write)
  await write(']}\n')
}

/**
 * Writes all conversations outside the trash, with all branches, and the planner as JSON. `onProgress`: number of conversations so far;
 * `onFile`: a file that a message shows.
 */
export async function writeEverything(
  trpc: Trpc,
  write: Write,
  onProgress: (count: number) => void,
  onFile: (file: FilePart) => void = () => {},
): Promise<void> {
  await write(
    `{"format":"${format}","version":${version},"exportedAt":${JSON.stringify(new Date().toISOString())},"conversations":[`,
  )
  let count = 0
  for (const archived of [false, true]) {
    for await (const { id } of pages<Conversation>((cursor) =>
      trpc.conversations.list.query({ cursor, archived, limit: pageSize }),
    )) {
      const separator = count === 0 ? '' : ','
      count += await writeTree(trpc, id, write, separator, onFile)
      onProgress(count)
    }
  }
  await write('],"planner":{')
  const parts = [
    ['goals', (cursor: string | null) => trpc.goals.list.query({ cursor, limit: pageSize })],
    ['milestones', (cursor: string | null) => trpc.milestones.list.query({ cursor, limit: pageSize })],
    ['tasks', (cursor: string | null) => trpc.tasks.list.query({ cursor, limit: pageSize })],
  ] as const
  for (const [index, [name, read]] of parts.entries()) {
    await write(`${index === 0 ? '' : ','}"${name}":[`)
    let isFirst = true
    for await (const item of pages<unknown>(read)) {
      await write(`${isFirst ? '' : ','}${JSON.stringify(item)}`)
      isFirst = false
    }
    await write(']')
  }
  await write('}}\n')
}

/** @returns the number of conversations written: 0 if it was deleted in the meantime */
async function writeTree(
  trpc: Trpc,
  conversationId: Id,
  write: Write,
  separator = '',
  onFile: (file: FilePart) => void = () => {},
): Promise<number> {
  let conversation: Conversation | null = null
  let isFirst = true
  try {
    for await (const page of readTree(trpc, conversationId)) {
      if (conversation === null) {
        conversation = page.conversation
        await write(`${separator}{"conversation":${JSON.stringify(conversation)},"messages":[`)
      }
      for (const message of page.messages) {
        await write(`${isFirst ? '' : ','}${JSON.stringify(message)}`)
        isFirst = false
      }
      for (const file of filesOf(page.messages)) onFile(file)
    }
  } catch (error) {
    // Deleted since it was listed: what was written of it stays.
    if (errorToFailure(error).code !== 'NOT_FOUND') throw error
    if (conversation === null) return 0
  }
  await write(']}')
  return 1
}

function filesOf(messages: readonly Message[]): FilePart[] {
  return messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'file'))
}

async function* pages<Item>(
  read: (cursor: string | null) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>,
): AsyncGenerator<Item> {
  let cursor: string | null = null
  do {
    const page: { readonly items: readonly Item[]; readonly nextCursor: string | null } = await read(cursor)
    yield* page.items
    cursor = page.nextCursor
  } while (cursor !== null)
}
