import { DurableStreamTestServer } from '@durable-streams/server'

/** The reference server on files, as its README starts it. */
const { PORT, DATA_DIR } = process.env
const server = new DurableStreamTestServer({ port: Number(PORT), host: '127.0.0.1', dataDir: DATA_DIR })
await server.start()
process.stdout.write('ready\n')
