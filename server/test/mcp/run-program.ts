import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a Node program to its end and gives its exit code and everything that it printed. */
export async function runProgram(
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { PATH = '' } = process.env
  // A home of its own: nothing that a person has set up plays a part, and nothing is left behind.
  const env = { PATH, HOME: options.cwd, NO_COLOR: '1', ...options.env }
  const child = spawn(process.execPath, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
