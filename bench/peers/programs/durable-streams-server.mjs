import { DurableStreamTestServer } from '@durable-streams/server'

/** The reference server, as its README starts it: on files, or without a directory in memory. */
const { PORT, DATA_DIR } = process.env
const server = new DurableStreamTestServer({ port: Number(PORT), host: '127.0.0.1', ...(DATA_DIR ? { dataDir: DATA_DIR } : {}) })
await server.start()
process.stdout.write('ready\n')
