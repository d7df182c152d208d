import { appendFileSync } from 'node:fs'
import { z } from 'zod'
import { defineProvider } from '../../src/extension/define-provider.ts'
import { defineTool } from '../../src/extension/define-tool.ts'
import type { Extension } from '../../src/extension/extension.ts'

/** What the external tools write to `file`, a line for each time that they act: the key of the call. */
export function createExtensionForCrashes(file: string, arrive: (place: string) => void): Extension {
  const act = async (_args: object, { idempotencyKey }: { readonly idempotencyKey: string }) => {
    appendFileSync(file, `${idempotencyKey}\n`)
    arrive('outside')
    return { sent: true }
  }
  const external = { description: 'For tests.', input: z.object({ to: z.string() }), effect: 'external' as const, run: act }
  return {
    prepareDatabase: async ({ sql }) => {
      await sql`create schema if not exists office`
      await sql`create table if not exists office.bookings (id integer generated always as identity primary key, room text not null)`
    },
    tools: [
      defineTool({
        name: 'book_room',
        description: 'Books a room.',
        input: z.object({ room: z.string() }),
        output: z.object({ booking: z.int() }),
        effect: 'transaction',
        approval: 'always',
        question: ({ room }) => `Book ${room}?`,
        run: async ({ room }, { sql }) => {
          const [row] = await sql<{ id: number }>`insert into office.bookings (room) values (${room}) returning id`
          return { booking: row?.id ?? 0 }
        },
      }),
      defineTool({
        name: 'list_bookings',
        description: 'Lists the rooms.',
        input: z.object({}),
        output: z.array(z.string()),
        effect: 'transaction',
        readOnly: true,
        run: async (_args, { sql }) => (await sql<{ room: string }>`select room from office.bookings`).map(({ room }) => room),
      }),
      defineTool({ name: 'send_once', ...external }),
      defineTool({ name: 'send_again', repeatable: true, ...external }),
    ],
    providers: process.env['OPENAI_BASE_URL']
      ? []
      : [
          defineProvider({
            id: 'counter',
            name: 'Counter',
            models: [{ id: 'numbers', contextWindow: 100_000 }],
            async *stream({ messages }) {
              const last = messages.at(-1)
              const said = messages.findLast(({ role }) => role === 'assistant')?.content ?? ''
              const start = last?.role === 'user' && said === '' ? 0 : said.trim().split(/\s+/u).length
              for (let count = start; count < 60; count += 1) {
                await new Promise((resolve) => {
                  setTimeout(resolve, 10)
                })
                if (count === 20 && start === 0) {
                  await new Promise((resolve) => {
                    setTimeout(resolve, 300)
                  })
                  arrive('own-text')
                }
                yield { type: 'text', text: `n${count} ` }
              }
              yield { type: 'end', finishReason: 'stop', usage: null }
            },
          }),
        ],
  }
}
