import { writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestUser } from '../testing/create-test-app.ts'
import { createScriptedProvider, text } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { ask } from './send.ts'

/** An HTTP proxy to which every name is this machine. */
async function openProxy() {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((incoming, outgoing) => {
    const { host, port, pathname } = new URL(incoming.url ?? '')
    seen.push(host)
    const { method, headers } = incoming
    const onward = request({ host: '127.0.0.1', port, path: pathname, method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.on('connect', ({ url = '' }, socket: Socket) => {
    seen.push(url)
    const onward = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const each of [socket, onward]) each.on('error', () => each.destroy())
  })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

test('providers are reached through HTTP_PROXY, those of this machine directly', async () => {
  await using provider = await createScriptedProvider()
  await using directory = await createTemporaryDirectory()
  using proxy = await openProxy()
  provider.script(text('Through whatever there is.'))
  const far = provider.baseUrl.replace('127.0.0.1', 'provider.example')
  const providers = join(directory.path, 'providers.json')
  writeFileSync(
    providers,
    JSON.stringify([
      { id: 'far', baseUrl: far, models: ['m'] },
      { id: 'near', baseUrl: provider.baseUrl, models: ['m'] },
    ]),
  )
  await using server = await startServerProcess({
    DATA_DIR: join(directory.path, 'data'),
    MODEL_PROVIDERS: providers,
    HTTP_PROXY: proxy.url,
  })
  const user = await createTestUser(server.url)
  expect(await ask(user, 'hello', { model: 'near/m' })).toMatchObject({ status: 'completed' })
  expect(proxy.seen).toEqual([])
  expect(await ask(user, 'hello', { model: 'far/m' })).toMatchObject({ status: 'completed' })
  expect(new Set(proxy.seen)).toEqual(new Set([new URL(far).host]))
  await user.close()
})
