import { watchEventLoop } from './watch-event-loop.ts'

// The server as it is, watched.
watchEventLoop()
await import('../src/main.ts')
