import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createScriptedProvider } from '../../server/testing/scripted-provider/index.ts'
import { findFreePort } from '../../server/test/postgres/start-postgres.ts'
import { isShort, percentile, report } from '../parts/report.ts'
import { openHoldfast } from './holdfast.ts'

/**
 * `npm run bench:peers [-- NAME] [--short]`: what others do with the same answers of the same scripted provider on the same machine, each set up
 * as its own documentation says and installed from npm into a temporary folder. Latency, and what is missing or there twice when the
 * client's line, the producer or the store is killed in mid-answer.
 */
const versions = {
  'resumable-stream': '2.2.13',
  redis: '6.3.1',
  '@durable-streams/server': '0.3.7',
  '@durable-streams/client': '0.2.7',
}
const perSecond = 20
const latency = { answers: isShort ? 5 : 20, tokens: perSecond * (isShort ? 4 : 10) }
/** What has not come by then does not come. */
const longestWaitMs = isShort ? 60_000 : 120_000
/** An answer that is cut off in its middle. */
const cutTokens = 100
const redis = ['valkey-server', 'redis-server'].find(isInstalled)

const questionPattern = /^(\S+) (\d+)$/u
const provider = await createScriptedProvider()
const writtenAt = new Map()
provider.script(async (reply) => {
  const { messages = [] } = reply.request.body
  const question = messages.findLast(isQuestion)
  const [, id, count] = questionPattern.exec(String(question?.content)) ?? []
  // What continues an answer that was cut off: the product's own provider call has the text so far.
  const said = toSaid(messages)
  const started = performance.now()
  let sent = 0
  for (let index = 0; index < Number(count); index += 1) {
    const word = `<${id}.${index}>`
    if (said.includes(word)) continue
    sent += 1
    const wait = started + (sent * 1_000) / perSecond - performance.now()
    if (wait > 0) await reply.sleep(wait)
    writtenAt.set(word, performance.now())
    await reply.tokens([word])
  }
  await reply.finish()
})
const folder = await mkdtemp(join(tmpdir(), 'holdfast-peers-'))
const children = new Set()
const lines = []
try {
  await install()
  const peers = [
    { name: 'Holdfast on PGlite', open: () => openHoldfast(provider.baseUrl), kills: ['line', 'producer'] },
    { name: 'durable-streams in memory', open: () => openDurableStreams(''), kills: ['line'] },
    {
      name: 'durable-streams on files',
      open: () => openDurableStreams(join(folder, 'streams')),
      kills: ['line', 'producer', 'store'],
    },
  ]
  if (redis === undefined) process.stdout.write('resumable-stream: left out, there is no redis-server on this machine\n')
  else peers.splice(1, 0, { name: 'resumable-stream on Redis', open: openResumableStream, kills: ['line', 'producer', 'store'] })
  const [wanted = ''] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  for (const peer of peers.filter(({ name }) => name.includes(wanted))) await measure(peer)
} finally {
  for (const child of children) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
  await provider[Symbol.asyncDispose]()
}
report('peers', lines, versions)
process.stdout.write('Not done: DBOS streams, a LangGraph server, and the AI SDK, whose resumable chat is resumable-stream.\n')
process.exit()

async function measure({ name, open, kills }) {
  const peer = await open()
  try {
    const ages = []
    await Promise.all(
      Array.from({ length: latency.answers }, async (_, index) => {
        const id = `l${name.length}a${index}`
        const reader = await peer.start(id, `${id} ${latency.tokens}`)
        reader.onText = (text) => {
          const now = performance.now()
          for (const word of text.match(/<[^>]+>/gu) ?? [])
            if (Number(word.slice(word.indexOf('.') + 1, -1)) >= perSecond) ages.push(now - (writtenAt.get(word) ?? now))
        }
        await reader.until(() => reader.text.includes(`<${id}.${latency.tokens - 1}>`))
        await reader.stop()
      }),
    )
    lines.push({ name: `${name}: a token, p50`, value: percentile(ages, 0.5), unit: 'ms' })
    lines.push({ name: `${name}: a token, p99`, value: percentile(ages, 0.99), unit: 'ms' })
    for (const kind of kills) await measureKill(peer, name, kind)
  } finally {
    await peer.close()
  }
}

async function measureKill(peer, name, kind) {
  const id = `k${name.length}${kind}`
  const whole = Array.from({ length: cutTokens }, (_, index) => `<${id}.${index}>`).join('')
  const reader = await peer.start(id, `${id} ${cutTokens}`)
  await reader.until(() => reader.text.length > whole.length / 3)
  const shown = reader.text
  const struckAt = performance.now()
  await peer.kill(kind, reader)
  // A line that was cut is taken up where it broke; after anything else a person reloads the page, which has nothing.
  const resumed = await peer.resume(id, kind === 'line' ? reader : createReader())
  let wentOnAt = null
  resumed.onText = () => {
    wentOnAt ??= performance.now()
  }
  await resumed.until(() => resumed.text.length >= whole.length || resumed.isEnded, longestWaitMs)
  await resumed.stop()
  const { text } = resumed
  const words = text.match(/<[^>]+>/gu) ?? []
  const there = new Set(words)
  const expected = whole.match(/<[^>]+>/gu) ?? []
  const lost = expected.filter((word) => !there.has(word)).join('').length
  const takenBack = (shown.match(/<[^>]+>/gu) ?? []).filter((word) => !there.has(word)).join('').length
  const label = `${name}, ${{ line: 'client cut off', producer: 'producer killed', store: 'store killed' }[kind]}`
  lines.push({ name: `${label}: of ${whole.length} characters missing in the end`, value: lost, unit: '' })
  lines.push({ name: `${label}: of what was shown, gone`, value: takenBack, unit: '' })
  lines.push({ name: `${label}: there twice`, value: words.length - there.size, unit: 'tokens' })
  lines.push({
    name: `${label}: until it went on`,
    value: wentOnAt === null ? Number.NaN : (wentOnAt - struckAt) / 1_000,
    unit: 's',
  })
}

/** A text that grows, and who waits for it. */
function createReader(text = '') {
  const waiting = new Set()
  const reader = {
    text,
    isEnded: false,
    position: null,
    onText: () => {},
    stop: async () => {},
    take: (more, position = null) => {
      reader.text += more
      reader.position = position
      reader.onText(more)
      for (const check of waiting) check()
    },
    end: () => {
      reader.isEnded = true
      for (const check of waiting) check()
    },
    until: (condition, ms = 120_000) =>
      new Promise((resolve) => {
        const settle = () => {
          clearTimeout(timer)
          waiting.delete(check)
          resolve()
        }
        const check = () => {
          if (condition()) settle()
        }
        const timer = setTimeout(settle, ms)
        waiting.add(check)
        check()
      }),
  }
  return reader
}

/** Reads a body until it ends or breaks. */
async function readBody(url, init, reader) {
  const abort = new AbortController()
  reader.stop = async () => abort.abort()
  const response = await fetch(url, { ...init, signal: abort.signal })
  void (async () => {
    try {
      if (response.ok) for await (const text of response.body.pipeThrough(new TextDecoderStream())) reader.take(text)
    } catch {
      // The line broke.
    }
    reader.end()
  })()
  return reader
}

async function openResumableStream() {
  const [redisPort, port] = [await findFreePort(), await findFreePort()]
  const startRedis = () =>
    startProgram(
      redis,
      ['--port', String(redisPort), '--save', '', '--appendonly', 'yes', '--dir', folder],
      {},
      /Ready to accept/u,
    )
  const env = { PORT: String(port), REDIS_URL: `redis://127.0.0.1:${redisPort}`, MODEL_URL: provider.baseUrl }
  const startApp = () => startProgram(process.execPath, [join(folder, 'resumable-stream.mjs')], env, /ready/u)
  let store = await startRedis()
  let app = await startApp()
  const url = `http://127.0.0.1:${port}/`
  return {
    start: (id, question) =>
      readBody(`${url}?id=${id}&question=${encodeURIComponent(question)}`, { method: 'POST' }, createReader()),
    kill: async (kind, reader) => {
      if (kind === 'producer') app = await restart(app, startApp)
      if (kind === 'store') store = await restart(store, startRedis)
      await reader.stop()
    },
    resume: (id, { text }) => readBody(`${url}?id=${id}&resumeAt=${text.length}`, {}, createReader(text)),
    close: async () => {
      await stop(app)
      await stop(store)
    },
  }
}

async function openDurableStreams(dataDir) {
  const [storePort, port] = [await findFreePort(), await findFreePort()]
  if (dataDir !== '') await mkdir(dataDir)
  const startStore = () =>
    startProgram(
      process.execPath,
      [join(folder, 'durable-streams-server.mjs')],
      { PORT: String(storePort), DATA_DIR: dataDir },
      /ready/u,
    )
  const env = { PORT: String(port), STREAMS_URL: `http://127.0.0.1:${storePort}`, MODEL_URL: provider.baseUrl }
  const startApp = () => startProgram(process.execPath, [join(folder, 'durable-streams-app.mjs')], env, /ready/u)
  let store = await startStore()
  let app = await startApp()
  const { follow } = await import(pathToFileURL(join(folder, 'durable-streams-reader.mjs')).href)
  const read = (id, reader, offset) => {
    const abort = new AbortController()
    reader.stop = async () => abort.abort()
    follow({ url: `http://127.0.0.1:${storePort}/v1/stream/${id}`, offset, onText: reader.take, signal: abort.signal }).then(
      reader.end,
      reader.end,
    )
    return reader
  }
  return {
    start: async (id, question) => {
      await fetch(`http://127.0.0.1:${port}/?id=${id}&question=${encodeURIComponent(question)}`, { method: 'POST' })
      return read(id, createReader(), undefined)
    },
    kill: async (kind, reader) => {
      if (kind === 'producer') app = await restart(app, startApp)
      if (kind === 'store') store = await restart(store, startStore)
      await reader.stop()
    },
    resume: async (id, { text, position }) => read(id, createReader(text), position ?? undefined),
    close: async () => {
      await stop(app)
      await stop(store)
    },
  }
}

async function install() {
  const programs = fileURLToPath(new URL('programs', import.meta.url))
  await cp(programs, folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...wanted], {
    cwd: folder,
    stdio: 'inherit',
  })
}

async function startProgram(program, args, env, readyPattern) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let printed = ''
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk
        if (readyPattern.test(printed)) resolve()
      })
    }
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${printed}`)))
  })
  return child
}

async function stop(child) {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function restart(child, start) {
  await stop(child)
  return start()
}

function isInstalled(program) {
  try {
    execFileSync(program, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function isQuestion({ role, content }) {
  return role === 'user' && questionPattern.test(String(content))
}

/** What an answer has already, in a request that asks to continue it. */
function toSaid(messages) {
  return messages
    .slice(messages.findLastIndex(isQuestion) + 1)
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => String(content))
    .join('')
}
