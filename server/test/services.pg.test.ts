import { randomUUID } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connect, createTestApp, createTestUser } from '../testing/create-test-app.ts'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createScriptedProvider, tokensText, type ScriptedProvider } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { findFreePort, findProgram, startService } from '../testing/service-process.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'
import { follow } from './follow.ts'

const BETTER_AUTH_SECRET = 'a secret that is only used in tests, 32+ characters'
const pgbouncer = findProgram('pgbouncer')
const redis = findProgram('valkey-server', 'redis-server')
const nginx = findProgram('nginx')
const nobody = 65_534

/** In transaction mode: each transaction may run on another connection, and what belongs to a session is not there. */
async function startPgbouncer(databaseUrl: string, directory: string) {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const ownPort = await findFreePort()
  const config = join(directory, 'pgbouncer.ini')
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 10
`,
  )
  chmodSync(directory, 0o755)
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const service = await startService(pgbouncer ?? '', [config], ownPort, identity)
  const url = `postgres://${username}:${password}@127.0.0.1:${ownPort}${pathname}`
  return { url, [Symbol.asyncDispose]: service[Symbol.asyncDispose] }
}

/** Two nodes: what one of them writes is followed, listed and cancelled at the other. */
async function checkTwoNodes(env: Readonly<Record<string, string>>, provider: ScriptedProvider) {
  await using one = await createTestApp({ env: { ...env, ROLE: 'worker' }, provider })
  await using two = await createTestApp({ env, provider })
  await using three = await createTestApp({ env: { ...env, ROLE: 'web' }, provider })
  const user = await two.createUser()
  const elsewhere = connect(three.url, user.token)
  const heard: string[] = []
  const list = elsewhere.client.activity.follow.subscribe(
    {},
    { onData: ({ data }) => void heard.push(...data.map(({ type }) => type)) },
  )
  try {
    await expect.poll(() => heard).toEqual(['refetch'])
    const sent = await user.client.messages.send.mutate({ requestId: randomUUID(), content: 'tokens 40 at 100' })
    const { conversationId } = sent
    const reader = follow(elsewhere.client, conversationId)
    await reader.until(() => reader.message(sent.assistantMessageId)?.status === 'completed')
    expect(reader.message(sent.assistantMessageId)?.content).toBe(tokensText(40))
    const seqs = reader.batches.flat().map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
    const endless = await user.client.messages.send.mutate({
      requestId: randomUUID(),
      conversationId,
      content: 'tokens 100000 at 100',
    })
    await reader.until(() => (reader.message(endless.assistantMessageId)?.content.length ?? 0) > 10)
    await elsewhere.client.messages.cancel.mutate({ messageId: endless.assistantMessageId })
    await reader.until(() => reader.message(endless.assistantMessageId)?.status === 'cancelled')
    heard.length = 0
    await user.client.conversations.update.mutate({ conversationId, title: 'Named elsewhere' })
    await expect.poll(() => heard.length).toBeGreaterThan(0)
    reader.stop()
    return { health: (await (await fetch(`${one.url}/health/ready`)).json()) as unknown, logs: one.logs }
  } finally {
    list.unsubscribe()
    await elsewhere.close()
  }
}

test.skipIf(pgbouncer === null)(
  'behind PgBouncer in transaction mode nodes hear of each other by polling, and say so',
  async () => {
    await using directory = await createTemporaryDirectory()
    await using provider = await createScriptedProvider()
    const direct = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
    await using pooler = await startPgbouncer(direct, directory.path)
    const { health, logs } = await checkTwoNodes({ DATABASE_URL: pooler.url, BETTER_AUTH_SECRET }, provider)
    expect(health).toEqual({ status: 'ok', role: 'worker', bus: 'polling alone', others: 2 })
    expect(logs.find(({ event }) => event === 'bus')).toMatchObject({ bus: null, msg: expect.stringContaining('REDIS_URL') })
    expect(logs.filter(({ level, event }) => Number(level) >= 50 || event === 'queue-error')).toEqual([])
  },
)

test.skipIf(pgbouncer === null || redis === null)('behind PgBouncer nodes hear of each other by Redis', async () => {
  await using directory = await createTemporaryDirectory()
  await using provider = await createScriptedProvider()
  const direct = await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '')
  await using pooler = await startPgbouncer(direct, directory.path)
  const port = await findFreePort()
  await using _ = await startService(redis ?? '', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], port)
  const env = { DATABASE_URL: pooler.url, REDIS_URL: `redis://127.0.0.1:${port}`, BETTER_AUTH_SECRET }
  const { health } = await checkTwoNodes(env, provider)
  expect(health).toEqual({ status: 'ok', role: 'worker', bus: 'Redis', others: 2 })
})

/** As docs/OPERATING.md has it. */
async function startNginx(ports: readonly number[], directory: string) {
  const port = await findFreePort()
  const config = join(directory, 'nginx.conf')
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${join(directory, kind)};`)
  writeFileSync(
    config,
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid ${join(directory, 'nginx.pid')}; error_log stderr crit; worker_processes 1;
events {}
http {
  access_log off; ${temp.join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream holdfast { ${ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join(' ')} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://holdfast;
      proxy_next_upstream error timeout http_503;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 1h;
    }
  }
}
`,
  )
  const service = await startService(nginx ?? '', ['-c', config, '-p', directory], port)
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: service[Symbol.asyncDispose] }
}

test.skipIf(nginx === null)('nodes behind nginx are restarted one after the other, and no reader sees it', async () => {
  await using directory = await createTemporaryDirectory()
  await using provider = await createScriptedProvider()
  const ports = [await findFreePort(), await findFreePort()]
  await using proxy = await startNginx(ports, directory.path)
  const env = {
    DATABASE_URL: await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? ''),
    BETTER_AUTH_SECRET,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
    PUBLIC_URL: proxy.url,
    TRUST_PROXY: 'loopback',
    GUESTS: 'on',
  }
  const start = (port = 0) => startServerProcess({ ...env, PORT: String(port) })
  const nodes = await Promise.all(ports.map(start))
  const user = await createTestUser(proxy.url)
  const { id: conversationId } = await user.client.conversations.create.mutate({})
  const clients = Array.from({ length: 6 }, () => connect(proxy.url, user.token))
  const states: string[] = []
  const titles = clients.map(() => '')
  const readers = clients.map(({ client }, index) =>
    client.conversations.follow.subscribe(
      { conversationId },
      {
        onData: ({ data }) => {
          for (const { event } of data) {
            if (event.type === 'snapshot' || event.type === 'conversation-updated') titles[index] = event.conversation.title
          }
        },
        onConnectionStateChange: ({ state }) => states.push(state),
      },
    ),
  )
  const rename = async (title: string) => {
    await user.client.conversations.update.mutate({ conversationId, title })
    await expect.poll(() => titles).toEqual(clients.map(() => title))
  }
  try {
    await rename('At first')
    const begun = states.length
    for (const [index, port] of ports.entries()) {
      let isDown = false
      const going = nodes[index]?.end('SIGTERM').then((code) => {
        isDown = true
        return code
      })
      // Ordinary requests meanwhile, none of which fails.
      while (!isDown) await user.client.conversations.get.query({ conversationId })
      expect(await going).toBe(0)
      await rename(`Without ${port}`)
      nodes[index] = await start(port)
    }
    expect(states.slice(begun)).toEqual([])
  } finally {
    for (const reader of readers) reader.unsubscribe()
    await Promise.all([user, ...clients].map(({ close }) => close()))
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
  }
})
