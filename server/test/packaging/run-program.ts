import { execFile } from 'node:child_process'

/** The output of a program. @throws with all of its output */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...environmentOfAShell(), CI: 'true', ...options.env }
    execFile(program, args, { cwd: options.cwd, env, timeout: 240_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
  })
}

/**
 * The environment without the settings of the test runner and of npm, which the programs would take for their own. Certificates and proxies stay: without them a package registry may not be reachable.
 */
function environmentOfAShell(): NodeJS.ProcessEnv {
  const isTheRunners = /^(?:npm_|node_options$|node_env$|node_v8_coverage$|vitest|vite_|test_|init_cwd$)/iu
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name === 'npm_config_registry' || !isTheRunners.test(name)),
  )
}
