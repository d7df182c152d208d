import { createServer } from 'node:http'
import { DurableStream, IdempotentProducer } from '@durable-streams/client'
import { readModel } from './read-model.mjs'

/** What writes to the streams: it calls the model and appends with the producer that the README of @durable-streams/client recommends. */
const { PORT, STREAMS_URL, MODEL_URL } = process.env

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, 'http://localhost')
  const id = searchParams.get('id')
  const stream = await DurableStream.create({ url: `${STREAMS_URL}/v1/stream/${id}`, contentType: 'text/plain' })
  response.writeHead(202).end()
  const producer = new IdempotentProducer(stream, `answer-${id}`, { autoClaim: true, onError: () => {} })
  for await (const text of readModel(MODEL_URL, searchParams.get('question'))) producer.append(text)
  await producer.close()
})
process.on('uncaughtException', (error) => process.stderr.write(`${error.stack}\n`))
process.on('unhandledRejection', (error) => process.stderr.write(`${error?.stack}\n`))
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write('ready\n'))
