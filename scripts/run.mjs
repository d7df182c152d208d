import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { onNpmGone } from './npm-process.mjs'
import { nodeBinary, root } from './project.mjs'

/** The environment of every program of the project. Compiled code is cached, so that the next start is fast. */
function environment(extra) {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env, ...extra }
}

/**
 * Runs a program to its end, or until `timeoutMs`, and gives its exit code. With `quiet`, what it prints is kept and shown only if it
 * fails.
 */
export async function run(command, args, { quiet = false, ...options } = {}) {
  const { code, output } = await runAndKeep(command, args, { ...options, keepsOutput: quiet })
  if (code !== 0) process.stderr.write(output)
  return code
}

/** Runs a program to its end and gives its exit code and, with `keepsOutput`, what it printed, which is shown otherwise. */
function runAndKeep(command, args, { env = {}, cwd = root, shell = false, timeoutMs = Infinity, keepsOutput }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: environment(env),
      shell,
      stdio: keepsOutput ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    })
    const printed = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk))
    const release = passSignals(child)
    const timer = timeoutMs === Infinity ? null : setTimeout(() => stop(child, timeoutMs), timeoutMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      release()
      clearTimeout(timer)
      if (signal !== null) process.stderr.write(`\nEnded by ${signal}.\n`)
      resolve({ code: code ?? signalToCode(signal), output: Buffer.concat(printed) })
    })
  })
}

/** Asks a program to stop, and kills it when it does not within 10 s. */
function stop(child, afterMs) {
  process.stderr.write(`\nNot finished after ${Math.round(afterMs / 1000)} s: stopped.\n`)
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000)
  child.once('close', () => clearTimeout(kill))
}

/** Runs a script of the project on the project's Node. */
export function runNode(args, options) {
  return run(nodeBinary(), args, options)
}

/** Runs a script of the project on the project's Node, and gives its exit code and what it printed. */
export function runNodeQuietly(args) {
  return runAndKeep(nodeBinary(), args, { keepsOutput: true })
}

/**
 * Becomes a script of the project: terminal, signals and exit code are the script's. It also ends when this program or npm is killed:
 * otherwise it would keep its port and its data.
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
  // The terminal and npm both send a signal: the child gets one.
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
