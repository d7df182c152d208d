import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { onNpmGone } from './npm-process.mjs'
import { nodeBinary, root } from './project.mjs'

/** What every program of the project runs with: compiled code is kept, so that the next start is fast. */
function environment(extra) {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env, ...extra }
}

/**
 * Runs a program to its end, or until `timeoutMs`, and gives its exit code. With `quiet`, what it prints is kept and shown only if it
 * fails.
 */
export function run(command, args, { env = {}, cwd = root, quiet = false, shell = false, timeoutMs = Infinity } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: environment(env),
      shell,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    const printed = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk))
    const release = passSignals(child)
    const timer = timeoutMs === Infinity ? null : setTimeout(() => endInOrder(child, timeoutMs), timeoutMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      release()
      clearTimeout(timer)
      if (signal !== null) process.stderr.write(`\nEnded by ${signal}.\n`)
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(printed))
      resolve(code ?? signalToCode(signal))
    })
  })
}

/** Asks a program to stop, so that it stops what it has started; insists when it does not. */
function endInOrder(child, afterMs) {
  process.stderr.write(`\nNot finished after ${Math.round(afterMs / 1000)} s: stopped.\n`)
  child.kill('SIGTERM')
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000)
  child.once('close', () => clearTimeout(insist))
}

/** Runs a script of the project on the project's Node. */
export function runNode(args, options) {
  return run(nodeBinary(), args, options)
}

/**
 * Becomes a script of the project: terminal, signals and exit code are the script's. It ends when this program is killed, and when
 * npm is: nobody would be left to stop it, and it would keep its port and its data.
 */
export async function become(args) {
  const child = spawn(nodeBinary(), ['--import', new URL('end-with-parent.mjs', import.meta.url).href, ...args], {
    cwd: root,
    env: environment({}),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  passSignals(child)
  onNpmGone(() => process.exit(1))
  child.on('error', (error) => {
    process.stderr.write(`Node could not be started: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? signalToCode(signal)))
}

function passSignals(child) {
  // The terminal and npm both send one: the child hears of it once.
  let last = 0
  const pass = (signal) => {
    const now = Date.now()
    if (now - last > 500) child.kill(signal)
    last = now
  }
  process.on('SIGINT', pass).on('SIGTERM', pass)
  return () => process.off('SIGINT', pass).off('SIGTERM', pass)
}

function signalToCode(signal) {
  return signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1
}
