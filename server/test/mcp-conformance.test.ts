import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plannerTools } from '../src/planner/tools/planner-tools.ts'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { createAuthorizingProxy } from './mcp/authorizing-proxy.ts'
import { createAccessToken } from './mcp/connect-mcp.ts'
import { runProgram } from './mcp/run-program.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const require = createRequire(import.meta.url)
const conformance = join(dirname(require.resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js')
const inspector = join(
  dirname(require.resolve('@modelcontextprotocol/inspector/package.json')),
  'clients/launcher/build/index.js',
)
const client = fileURLToPath(new URL('./mcp/conformance-client.ts', import.meta.url))
const timeout = 120_000

let app: TestApp
let token: string

beforeAll(async () => {
  app = await createTestApp()
  token = (await createAccessToken(await app.createUser())).token
})
afterAll(() => app[Symbol.asyncDispose]())

interface Check {
  readonly id: string
  readonly status: string
}

/** The checks that the suite recorded in a run. */
function readChecks(directory: string): Check[] {
  const [run] = readdirSync(join(directory, 'out'))
  return JSON.parse(readFileSync(join(directory, 'out', run ?? '', 'checks.json'), 'utf8')) as Check[]
}

/** Those of a version's scenarios that need no tools, resources or prompts made for the suite. */
const serverScenarios = ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection']

test.each(serverScenarios)('the conformance suite on our server: %s', { timeout }, async (scenario) => {
  await using directory = await createTemporaryDirectory()
  // The suite cannot send a token.
  await using proxy = await createAuthorizingProxy(app.url, token)
  const args = ['server', '--url', `${proxy.url}/mcp`, '--scenario', scenario, '--spec-version', '2025-11-25', '-o', 'out']
  const { code, stdout } = await runProgram([conformance, ...args], { cwd: directory.path })
  expect(code, stdout).toBe(0)
  const checks = readChecks(directory.path)
  expect(checks.map(({ status }) => status)).toEqual(checks.map(() => 'SUCCESS'))
  expect(checks.length).toBeGreaterThan(0)
})

test.each(['initialize', 'tools_call'])('the conformance suite on our client: %s', { timeout }, async (scenario) => {
  await using directory = await createTemporaryDirectory()
  const command = `${process.execPath} ${client}`
  const { code, stdout } = await runProgram([conformance, 'client', '--command', command, '--scenario', scenario, '-o', 'out'], {
    cwd: directory.path,
  })
  expect(code, stdout).toBe(0)
  const checks = readChecks(directory.path)
  expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(0)
  expect(checks.filter(({ status }) => status === 'FAILURE')).toEqual([])
})

describe.each(['modern', 'legacy'])('the inspector (%s)', (era) => {
  const run = async (method: readonly string[], headers: readonly string[]) => {
    await using directory = await createTemporaryDirectory()
    const server = ['--server-url', `${app.url}/mcp`, '--transport', 'http', ...headers, '--protocol-era', era]
    return runProgram([inspector, '--cli', ...server, '--stored-auth-only', '--format', 'json', ...method], {
      cwd: directory.path,
    })
  }
  const authorized = () => ['--header', `Authorization: Bearer ${token}`]

  test('finds nothing to complain about in the tools', { timeout }, async () => {
    const { code, stdout, stderr } = await run(['--method', 'tools/list', '--strict'], authorized())
    expect(code, stderr).toBe(0)
    const names = [...stdout.matchAll(/"name":"(\w+)","title"/gu)].map(([, name]) => name)
    expect(names).toEqual(plannerTools.map((tool) => tool.name))
  })

  test('calls a tool', { timeout }, async () => {
    const call = [
      '--method',
      'tools/call',
      '--tool-name',
      'add_task',
      '--tool-args-json',
      JSON.stringify({ title: `Inspect ${era}` }),
    ]
    const { code, stdout } = await run(call, authorized())
    expect(code).toBe(0)
    expect(stdout).toContain(`Inspect ${era}`)
  })

  test('learns that it needs a token', { timeout }, async () => {
    const { code } = await run(['--method', 'tools/list'], [])
    expect(code).toBe(3)
  })
})
