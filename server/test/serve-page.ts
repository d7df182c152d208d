import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createNotFound } from '../src/http/http-error.ts'
import { createPage } from '../src/http/page.ts'
import { createRequestIds } from '../src/http/request-id.ts'

export interface ServedPage extends AsyncDisposable {
  readonly url: string
  /** `away`: as a proxy answers for a server that is not there. `silent`: takes every request and answers none. */
  readonly become: (state: 'there' | 'away' | 'silent') => void
}

/** Gives out the built page in a folder as the server does, and nothing else. @throws where there is none */
export async function servePage(folder: string, basePath = ''): Promise<ServedPage> {
  const page = createPage({ folder, basePath })
  if (!page) throw new Error(`there is no page in ${folder}`)
  let state: 'there' | 'away' | 'silent' = 'there'
  const server = express()
    .use(createRequestIds())
    .use((_request, response, next) => {
      if (state === 'there') next()
      else if (state === 'away') response.sendStatus(503)
    })
    .use(page)
    .use(createNotFound())
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    become: (next) => {
      state = next
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
