import { Presets, SingleBar } from 'cli-progress'
import type { OnProgress } from '../backup/progress.ts'

/** What a command prints: its result on stdout, for people or as one JSON value; everything else on stderr. */
export interface Output {
  readonly isJson: boolean
  readonly onProgress: OnProgress
  /** The result, once, at the end. `lines`: the same for people. */
  readonly result: (value: unknown, lines: readonly string[]) => void
  /** Ends the line of a progress bar. */
  readonly stop: () => void
}

export interface Streams {
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

export function createOutput(isJson: boolean, { out, err }: Streams): Output {
  const progress = err.isTTY ? createBar(err) : createLines(err)
  return {
    isJson,
    onProgress: progress.onProgress,
    stop: progress.stop,
    result(value, lines) {
      progress.stop()
      out.write(isJson ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
    },
  }
}

function createBar(stream: NodeJS.WritableStream): Pick<Output, 'onProgress' | 'stop'> {
  const format = '  {what} [{bar}] {value}/{total}'
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true, fps: 8 }, Presets.rect)
  let current: string | null = null
  const stop = () => {
    if (current !== null) bar.stop()
    current = null
  }
  return {
    stop,
    onProgress({ what, done, total }) {
      const payload = { what: what.padEnd(28) }
      if (current === what) {
        bar.update(done, payload)
        if (total === null) bar.setTotal(done + 1)
        return
      }
      stop()
      current = what
      bar.start(total ?? done + 1, done, payload)
    },
  }
}

/** Without a terminal: a line when something new begins. */
function createLines(stream: NodeJS.WritableStream): Pick<Output, 'onProgress' | 'stop'> {
  let current: string | null = null
  return {
    stop: () => {},
    onProgress({ what, total }) {
      if (current === what || total === 0) return
      current = what
      stream.write(`${what}${total === null ? '' : ` (${total})`} …\n`)
    },
  }
}

/** `1.4 MB`, in steps of 1000. */
export function describeBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
