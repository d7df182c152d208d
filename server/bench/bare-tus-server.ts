import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { watchEventLoop } from './watch-event-loop.ts'

// The reference for uploads: what the product is built on, with nothing around it.
watchEventLoop()
const tus = new Server({ path: '/api/uploads', datastore: new FileStore({ directory: process.env['DATA_DIR'] ?? '' }) })
const server = createServer((request, response) => void tus.handle(request, response))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`  Holdfast is ready: http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
