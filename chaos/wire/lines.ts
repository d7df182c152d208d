import type { Socket } from 'node:net'

/** A line that a proxy holds: the two sockets and whether it still carries anything. */
export interface Line {
  readonly near: Socket
  readonly far: Socket
  isSilent: boolean
}

/** Resets both sides. */
export function resetLine({ near, far }: Line): void {
  near.resetAndDestroy()
  far.resetAndDestroy()
}

/** The lines of a proxy that are open now, and what breaks all of them. */
export function createLines() {
  const lines = new Set<Line>()
  return {
    all: lines as ReadonlySet<Line>,
    add: (near: Socket, far: Socket): Line => {
      const line = { near, far, isSilent: false }
      lines.add(line)
      return line
    },
    remove: (line: Line): void => void lines.delete(line),
    /** Resets every line. Gives their number. */
    cut: (): number => {
      const count = lines.size
      for (const line of lines) resetLine(line)
      return count
    },
    /** Half-open: what is sent from now on vanishes, and no side is told. Gives the number of lines. */
    silence: (): number => {
      for (const line of lines) line.isSilent = true
      return lines.size
    },
  }
}
