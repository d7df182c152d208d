import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { giveUp, nodeBinary, root, say } from './project.mjs'
import { run } from './run.mjs'
import { serverFlags } from './server-flags.mjs'

/**
 * `npm run try [-- message]`: a conversation with curl alone. It uses the server at HOLDFAST_URL, or at PORT on this machine, or starts a
 * temporary one with the demo model.
 */
const message = process.argv.slice(2).join(' ') || 'Hello! What can you do?'
const asked = process.env.HOLDFAST_URL
const url = asked || `http://127.0.0.1:${process.env.PORT || 3000}`

if (asked || (await isHoldfast(url))) {
  process.exitCode = await talk(url)
} else {
  await ensureInstalled({ only: 'start' })
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-try-'))
  say(`No server at ${url}: starting one with the demo model, just for this.\n`)
  const { PATH, HOME, SystemRoot } = process.env
  const server = spawn(nodeBinary(), [...serverFlags, join(root, 'server/src/main.ts')], {
    cwd: directory,
    env: { PATH, HOME, SystemRoot, PORT: '0', DATA_DIR: join(directory, 'data'), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    const address = await addressOf(server, ended)
    process.exitCode = address === null ? 1 : await talk(address)
  } finally {
    server.kill('SIGTERM')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

function talk(address) {
  say(`> ${message}\n`)
  return run('bash', [join(root, 'scripts/try.sh'), address, message]).catch(() => giveUp('This needs bash and curl.'))
}

async function isHoldfast(address) {
  const answer = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
  return answer?.ok ?? false
}

/** The address that the server prints when it is ready; null when it ends before. */
function addressOf(server, ended) {
  return new Promise((resolve) => {
    let printed = ''
    server.stdout.on('data', (chunk) => {
      printed += chunk
      const address = /Holdfast is ready: (\S+)/u.exec(printed)?.[1]
      if (address) resolve(address)
    })
    ended.then(() => resolve(null))
  })
}
