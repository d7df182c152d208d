import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { openArchive } from '../../src/imports/archive/open-archive.ts'
import { countConversations, recognise } from '../../src/imports/formats/recognise.ts'

// Reads an export to its end, as an import does, and prints what was in it. The test starts it with little memory.
const path = process.argv[2] ?? ''
const archive = await openArchive({
  name: 'export',
  bytes: (await stat(path)).size,
  open: (range) => Promise.resolve(createReadStream(path, range)),
})
const recognised = await recognise(archive)
const total = await countConversations(recognised)
let conversations = 0
let messages = 0
const workDirectory = () => Promise.reject(new Error('nothing has to be sorted'))
for await (const item of recognised.format.read({ workDirectory }, archive, recognised.documents)) {
  if (item.type !== 'conversation') continue
  conversations += 1
  messages += item.messages.length
}
const maxRssMegabytes = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(JSON.stringify({ source: recognised.format.source, total, conversations, messages, maxRssMegabytes }))
