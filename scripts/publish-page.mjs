import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const dayMs = 86_400_000
/** The limits on the earlier builds that are kept. A tab with an older build asks for a reload. */
const defaults = { ageMs: 7 * dayMs, bytes: 100_000_000 }
/** When each asset that the current page does not use was replaced, as ISO times by name. */
const record = '.replaced.json'

/**
 * Copies the page that was built in `built` to `dist`, which a server may be serving: the assets first, then the files that refer to them.
 * A tab that was opened before still fetches parts of the page that it knows: assets of earlier builds stay for a week after they were
 * replaced, the latest first while they fit.
 */
export function publishPage(built, dist, { now = Date.now(), ageMs = defaults.ageMs, bytes = defaults.bytes } = {}) {
  const present = new Set(filesIn(built))
  const before = filesIn(dist)
  const replaced = readReplaced(dist, present, before, now)
  for (const name of [...present].sort((a, b) => toOrder(a) - toOrder(b))) replaceFile(join(built, name), join(dist, name))

  const kept = {}
  let keptBytes = 0
  for (const [name, at] of replaced) {
    keptBytes += statSync(join(dist, name)).size
    if (now - Date.parse(at) < ageMs && keptBytes <= bytes) kept[name] = at
  }
  writeFileSync(join(dist, record), `${JSON.stringify(kept, null, 2)}\n`)
  for (const name of before) {
    if (!present.has(name) && !(name in kept)) rmSync(join(dist, name))
  }
}

/** The assets that the new page does not use, the last replaced first. */
function readReplaced(dist, present, before, now) {
  const path = join(dist, record)
  const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  return before
    .filter((name) => isAsset(name) && !present.has(name))
    .map((name) => [name, known[name] ?? new Date(now).toISOString()])
    .sort(([, a], [, b]) => (a < b ? 1 : -1))
}

/** Replaces a file in one step: a request gets the old one or the new one, never half of it. */
function replaceFile(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, `${to}.new`)
  renameSync(`${to}.new`, to)
}

/** The assets, then the page that names them, then the service worker that caches it. */
function toOrder(name) {
  if (isAsset(name)) return 0
  return ['index.html', 'sw.js'].indexOf(name) + 2
}

/** Files whose names change with their content. */
function isAsset(name) {
  return name.startsWith('assets/')
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
}
