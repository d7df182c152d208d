import { existsSync, readFileSync } from 'node:fs'

/**
 * Calls back once when the npm that runs this script has ended. npm starts scripts through a shell, which outlives it and passes nothing
 * on. Does nothing without npm, or where a process cannot see the parent of its parent.
 */
export function onNpmGone(callback) {
  if (process.env.npm_lifecycle_event === undefined) return
  const shell = process.ppid
  const npm = parentOf(shell)
  if (npm === null) return
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return
    clearInterval(timer)
    callback()
  }, 250).unref()
}

/** On Linux the parent of a process, field 4 of `/proc/PID/stat`, after the name in parentheses; null elsewhere. */
function parentOf(pid) {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return null
  const stat = readFileSync(path, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
