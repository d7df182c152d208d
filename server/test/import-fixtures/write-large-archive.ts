import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Zip, ZipDeflate } from 'fflate'

/** Words that do not repeat as one block: they shrink as an export does, and not to nothing. */
function makeText(seed: number, length: number): string {
  let state = seed + 1
  let text = ''
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += `${state.toString(36)} `
  }
  return text
}

function makeConversation(n: number, messages: number): string {
  const mapping: Record<string, unknown> = { root: { id: 'root', parent: null, children: ['m0'], message: null } }
  for (let m = 0; m < messages; m += 1) {
    mapping[`m${m}`] = {
      id: `m${m}`,
      parent: m === 0 ? 'root' : `m${m - 1}`,
      children: m + 1 < messages ? [`m${m + 1}`] : [],
      message: {
        id: `m${m}`,
        author: { role: m % 2 === 0 ? 'user' : 'assistant' },
        create_time: 1_756_000_000 + n * 1_000 + m,
        content: { content_type: 'text', parts: [makeText(n * 1_000 + m, 1_000)] },
        metadata: {},
        recipient: 'all',
      },
    }
  }
  const current_node = `m${messages - 1}`
  return JSON.stringify({ title: `Conversation ${n}`, id: `large-${n}`, create_time: 1_756_000_000 + n, mapping, current_node })
}

/** Writes an archive as ChatGPT makes them, with a document of at least this size. Gives the number of its conversations. */
export async function writeLargeArchive(path: string, documentBytes: number, messages = 40): Promise<number> {
  const file = createWriteStream(path)
  const zip = new Zip((error, data) => {
    if (error) file.destroy(error)
    else file.write(data)
  })
  const document = new ZipDeflate('conversations.json', { level: 1 })
  zip.add(document)
  let bytes = 0
  let count = 0
  while (bytes < documentBytes) {
    const piece = Buffer.from(`${count === 0 ? '[' : ','}${makeConversation(count, messages)}`)
    document.push(piece)
    bytes += piece.length
    count += 1
    if (file.writableNeedDrain) await once(file, 'drain')
  }
  document.push(Buffer.from(']'), true)
  zip.end()
  file.end()
  await once(file, 'close')
  return count
}
