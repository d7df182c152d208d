import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { createClient } from 'redis'
import { createResumableStreamContext } from 'resumable-stream'
import { readModel } from './read-model.mjs'

/** A server as the README of resumable-stream has it ("Usage with explicit resumption"), with Node's HTTP server in the place of Next. */
const { PORT, REDIS_URL, MODEL_URL } = process.env
const toClient = async () => {
  const client = createClient({ url: REDIS_URL })
  client.on('error', () => {})
  await client.connect()
  return client
}
const context = createResumableStreamContext({ waitUntil: () => {}, publisher: await toClient(), subscriber: await toClient() })

const toStream = (question) => ReadableStream.from(readModel(MODEL_URL, question))

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, 'http://localhost')
  const id = searchParams.get('id')
  try {
    const stream =
      request.method === 'POST'
        ? await context.createNewResumableStream(id, () => toStream(searchParams.get('question')))
        : await context.resumeExistingStream(id, Number(searchParams.get('resumeAt')))
    if (!stream) return response.writeHead(422).end('Stream is already done')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    Readable.fromWeb(stream)
      .on('error', () => response.destroy())
      .pipe(response)
  } catch (error) {
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end(String(error))
  }
})
process.on('uncaughtException', (error) => process.stderr.write(`${error.stack}\n`))
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write('ready\n'))
