import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/u, '')

export const packages = ['shared', 'drizzle', 'server', 'client']

const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The Node that the project is pinned to; the machine's own where it is new enough and the pinned one is not there. */
export function nodeBinary() {
  if (existsSync(pinnedNode)) return pinnedNode
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Error('Node 24 is missing from node_modules. Delete the folder node_modules and try again.')
}

export function say(line) {
  process.stdout.write(`${line}\n`)
}

/** Prints a line and ends the program with exit code 1. */
export function giveUp(line) {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}

/** A hash of the contents of files and folders, names included. Missing ones count as empty. */
export function fingerprint(paths, isWanted = () => true) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap((relative) => [...filesUnder(relative)]).filter(isWanted)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}

function* filesUnder(relative) {
  const path = join(root, relative)
  if (!existsSync(path)) return
  const entries = readEntries(path)
  if (entries === null) return yield relative
  for (const { name } of entries) {
    if (name !== 'node_modules') yield* filesUnder(`${relative}/${name}`)
  }
}

function readEntries(path) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (error.code === 'ENOTDIR') return null
    throw error
  }
}

/** The content of a stamp file; null when there is none. */
export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null
}
