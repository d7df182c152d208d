import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeBinary, root, say } from './project.mjs'

/*
 * `node scripts/prove-image.mjs [FOLDER]`: runs the very steps of the Dockerfile in a clean root made from Debian's packages, as far as that
 * goes without Docker, and starts the result as its user on a read-only file system. Needs root, debootstrap, and the network. FOLDER keeps
 * Debian for the next run. Prints a line and does nothing where it cannot run.
 */

const suite = 'bookworm'
/** The user `node` of the base image. */
const user = { id: 1000, name: 'node' }

const reason = whyNot()
if (reason !== null) {
  say(`skipped: ${reason}`)
  process.exit(0)
}
const folder = process.argv[2] ?? join('/var/tmp', `holdfast-image-${process.pid}`)
const base = join(folder, 'debian')
const stages = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))
mkdirSync(folder, { recursive: true })
if (!existsSync(join(base, 'etc'))) makeBase()
const roots = new Map()
for (const stage of stages) runStage(stage)
await tryIt(stages.at(-1))
if (!process.argv[2]) rmSync(folder, { recursive: true })

function whyNot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs Linux and root'
  const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
  return ['debootstrap', 'chroot', 'unshare', 'git'].every(isThere) ? null : 'it needs debootstrap, chroot, unshare and git'
}

/** The stages with their steps. Knows what our Dockerfile uses, and stops at anything else. */
function readDockerfile(text) {
  const found = []
  const lines = text
    .replaceAll(/^#.*\n/gmu, '')
    .replaceAll(/\\\n\s*/gu, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  for (const line of lines) {
    const [, word, rest] = /^(\w+)\s+(.*)$/u.exec(line.trim()) ?? []
    if (word === 'FROM') {
      const [, , name] = /^(node:\S+)(?:\s+AS\s+(\w+))?$/u.exec(rest) ?? stop(line)
      found.push({ name: name ?? 'image', steps: [], environment: {}, workdir: '/', uid: 0 })
    } else if (['RUN', 'COPY', 'ENV', 'WORKDIR', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK', 'CMD'].includes(word)) {
      found.at(-1).steps.push({ word, rest })
    } else stop(line)
  }
  return found
}

function stop(line) {
  throw new Error(`The Dockerfile has a line that this script does not know: ${line}`)
}

/** What `node:24-…-slim` is: Debian, Node with npm, and a user. */
function makeBase() {
  say('Debian …')
  must('debootstrap', ['--variant=minbase', '--include=ca-certificates', suite, base])
  const npm = dirname(
    dirname(
      spawnSync('readlink', ['-f', spawnSync('which', ['npm'], { encoding: 'utf8' }).stdout.trim()], {
        encoding: 'utf8',
      }).stdout.trim(),
    ),
  )
  copyFileSync(nodeBinary(), join(base, 'usr/local/bin/node'))
  chmodSync(join(base, 'usr/local/bin/node'), 0o755)
  cpSync(npm, join(base, 'usr/local/lib/node_modules/npm'), { recursive: true })
  for (const name of ['npm', 'npx']) {
    must('ln', ['-sf', `../lib/node_modules/npm/bin/${name}-cli.js`, join(base, 'usr/local/bin', name)])
  }
  must('chroot', [base, 'useradd', '--uid', String(user.id), '--create-home', user.name])
}

function runStage(stage) {
  const path = join(folder, stage.name)
  rmSync(path, { recursive: true, force: true })
  must('cp', ['-a', base, path])
  roots.set(stage.name, path)
  for (const { word, rest } of stage.steps) {
    const started = Date.now()
    if (word === 'ENV') Object.assign(stage.environment, Object.fromEntries(rest.split(/\s+/u).map((pair) => pair.split('='))))
    if (word === 'WORKDIR') mkdirSync(join(path, (stage.workdir = rest)), { recursive: true })
    if (word === 'USER') stage.uid = rest === user.name ? user.id : stop(rest)
    if (word === 'HEALTHCHECK') stage.check = JSON.parse(/CMD (\[.*\])$/u.exec(rest)?.[1] ?? stop(rest))
    if (word === 'CMD') stage.command = JSON.parse(rest)
    if (word === 'COPY') copy(path, stage, rest)
    if (word === 'RUN') run(path, stage, rest)
    say(` ✓ ${stage.name}: ${word} ${rest.slice(0, 90)} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  }
}

function copy(path, { workdir }, rest) {
  const [, from, source, target] = /^(?:--from=(\w+) )?(\S+) (\S+)$/u.exec(rest) ?? stop(rest)
  if (from) return must('cp', ['-aT', join(roots.get(from), source), join(path, target)])
  if (source !== '.' || target !== '.') stop(rest)
  // The files of the project without what .dockerignore names.
  const files = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' }).stdout.split(
    '\0',
  )
  const ignored = toIgnored(readFileSync(join(root, '.dockerignore'), 'utf8'))
  for (const file of files) {
    if (file === '' || ignored.test(file) || !existsSync(join(root, file))) continue
    mkdirSync(join(path, workdir, dirname(file)), { recursive: true })
    copyFileSync(join(root, file), join(path, workdir, file))
  }
}

function toIgnored(text) {
  const patterns = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line
        .replaceAll('.', String.raw`\.`)
        .replace(/^\*\*\//u, '(?:.*/)?')
        .replaceAll(/(?<!\.)\*/gu, '[^/]*'),
    )
  return new RegExp(`^(?:${patterns.join('|')})(?:/|$)`, 'u')
}

/** The machine's own way to the network and to the registry: no part of the image, and removed afterwards. */
function run(path, { workdir, environment }, command) {
  const lent = ['/etc/resolv.conf', '/etc/hosts', join(homedir(), '.npmrc'), npmSetting('cafile')].filter(
    (file) => file && existsSync(file),
  )
  for (const file of lent) {
    mkdirSync(join(path, dirname(file)), { recursive: true })
    copyFileSync(file, join(path, file))
  }
  const settings = Object.entries({
    HOME: '/root',
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ...networkSettings(),
    ...environment,
  })
  must('chroot', [
    path,
    'env',
    '-i',
    ...settings.map(([name, value]) => `${name}=${value}`),
    'sh',
    '-c',
    `cd ${workdir} && ${command}`,
  ])
  for (const file of lent) rmSync(join(path, file))
}

function npmSetting(name) {
  const value = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8' }).stdout.trim()
  return value === '' || value === 'null' || value === 'undefined' ? null : value
}

function networkSettings() {
  const names = Object.keys(process.env).filter((name) =>
    /^(?:https?_proxy|no_proxy|npm_config_|NODE_EXTRA_CA_CERTS$)/iu.test(name),
  )
  const registry = npmSetting('registry')
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    ...(registry ? { npm_config_registry: registry } : {}),
  }
}

/** Starts the image's command as its user, where only /data and /tmp can be written, and asks until its health check says yes. */
async function tryIt({ name, environment, workdir, uid, command, check }) {
  const path = roots.get(name)
  const port = await findFreePort()
  const settings = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/home/node',
    ...environment,
    HOST: '127.0.0.1',
    PORT: String(port),
  }
  const script = join(folder, 'start.sh')
  writeFileSync(
    script,
    [
      'set -e',
      `mount --bind ${path} ${path}`,
      `mount -o remount,bind,ro ${path}`,
      // As a new volume has it: the owner and the mode of the image's own folder.
      `mount -t tmpfs -o uid=${user.id},gid=${user.id},mode=700 tmpfs ${path}/data`,
      `mount -t tmpfs -o mode=1777 tmpfs ${path}/tmp`,
      `mount -t proc proc ${path}/proc 2>/dev/null || true`,
      // Positive control: the file system is read-only.
      `if touch ${path}${workdir}/written 2>/dev/null; then echo "the root can be written" >&2; exit 9; fi`,
      `exec "$@"`,
    ].join('\n'),
  )
  const inside = ['chroot', `--userspec=${uid}:${uid}`, path, 'env', '-i', `--chdir=${workdir}`]
  const variables = Object.entries(settings).map(([key, value]) => `${key}=${value}`)
  const server = spawn('unshare', ['--mount', 'sh', script, ...inside, ...variables, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
  const life = { ended: '' }
  server.on('close', (code, signal) => {
    life.ended = `${code ?? signal}`
  })
  const isHealthy = () => spawnSync('chroot', [path, 'env', '-i', ...variables, ...check], { stdio: 'ignore' }).status === 0
  const deadline = Date.now() + 180_000
  while (!isHealthy()) {
    if (life.ended !== '' || Date.now() > deadline)
      throw new Error(`the server of the image ${life.ended === '' ? 'is not healthy' : `ended with ${life.ended}`}:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const page = await (await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } })).text()
  if (!page.includes('<div id="root"')) throw new Error(`it serves no page: ${page.slice(0, 200)}`)
  const guest = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/anonymous`, { method: 'POST' })
  say(` ✓ it is healthy as user ${uid} on a read-only root, serves the page, and answered a guest with ${guest.status}`)
  server.kill('SIGTERM')
  while (life.ended === '') await new Promise((resolve) => setTimeout(resolve, 100))
  say(` ✓ it stopped (${life.ended})`)
  const size = spawnSync('du', ['-sm', join(path, workdir)], { encoding: 'utf8' }).stdout.split('\t')[0]
  say(` ✓ ${workdir} has ${size} MB`)
}

function findFreePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function must(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? ''}\n${stdout}\n${stderr}`)
}
