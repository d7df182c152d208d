import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { text } from '../testing/scripted-provider/index.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/COMING-FROM-REST.md'), 'utf8')
const answer = 'Hello, "you" \\ and ünïcödé 👋\nin two lines.'

interface Example {
  readonly language: 'bash' | 'js' | 'python'
  readonly code: string
}

const examples = [...page.matchAll(/^```(bash|js|python)\n([\s\S]*?)^```$/gmu)].map(([, language, code]): Example => ({
  language: language as Example['language'],
  code: code ?? '',
}))
const runners = { bash: ['bash', 'sh'], js: [process.execPath, 'mjs'], python: ['python3', 'py'] } as const
const hasPython = succeeds(() => execFileSync('python3', ['--version'], { stdio: 'ignore' }))
if (!hasPython) process.stdout.write('python3 is not on this machine: the examples in Python are skipped.\n')

let app: TestApp

beforeAll(async () => {
  app = await createTestApp({ model: text(answer) })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('the examples of COMING-FROM-REST.md run as they are', () => {
  test('there are examples for curl, JavaScript and Python', () => {
    expect(new Set(examples.map(({ language }) => language))).toEqual(new Set(['bash', 'js', 'python']))
  })

  for (const [index, { language, code }] of examples.entries()) {
    test.skipIf(language === 'python' && !hasPython)(`${language}, number ${index + 1}`, async () => {
      await using directory = await createTemporaryDirectory()
      const [program, suffix] = runners[language]
      const path = join(directory.path, `example.${suffix}`)
      await writeFile(path, code)
      const printed = await execute(program, [path], directory.path)
      expect(printed).toContain('ünïcödé')
      expect(printed).toMatch(/completed|assistant: /u)
    })
  }
})

describe('the clients of COMING-FROM-REST.md in JavaScript and Python', () => {
  const clients = examples.filter(({ code }) => code.includes('conversations.follow') && !code.startsWith('url='))

  for (const { language, code } of clients) {
    const run = async (from: RegExp, to: string) => {
      await using directory = await createTemporaryDirectory()
      const [program, suffix] = runners[language]
      const path = join(directory.path, `example.${suffix}`)
      expect(code).toMatch(from)
      await writeFile(path, code.replace(from, to))
      return await execute(program, [path], directory.path)
    }
    const isSkipped = language === 'python' && !hasPython
    test.skipIf(isSkipped)(`stop when there is no such conversation (${language})`, async () => {
      const unknown = `"${randomUUID()}"`
      await expect(
        run(/follow\((conversationId, '0'|sent\["conversationId"\], "0")\)/u, `follow(${unknown}, "0")`),
      ).rejects.toThrow('NOT_FOUND')
    })
    test.skipIf(isSkipped)(`read a snapshot where the cursor is no longer in the log (${language})`, async () => {
      const printed = await run(
        /(conversationId, )'0'|str\(seen\[-1\]\["seq"\]\)/u,
        language === 'js' ? "$1'999999'" : '"999999"',
      )
      expect(printed).toContain(answer)
      expect(printed).toContain('[completed]')
    })
  }
})

describe('npm run try', () => {
  test('has a conversation with curl alone and prints the answer as it was said', async () => {
    await using directory = await createTemporaryDirectory()
    const script = join(root, 'scripts/try.sh')
    const printed = await execute('bash', [script, app.url, 'Say "hello" \\ to me'], directory.path)
    expect(printed).toBe(`${answer}\n\n[completed]\n`)
  })

  test('[V4] nothing on the way may hold the stream back', async () => {
    const { token, client } = await app.createUser()
    const conversation = await client.conversations.create.mutate({})
    const input = encodeURIComponent(JSON.stringify({ conversationId: conversation.id }))
    using aborting = { controller: new AbortController(), [Symbol.dispose]: () => aborting.controller.abort() }
    const response = await fetch(`${app.url}/trpc/conversations.follow?input=${input}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      signal: aborting.controller.signal,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('content-length')).toBeNull()
  })
})

/** The output of a program. @throws with its error output */
function execute(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, HOLDFAST_URL: app.url, LC_ALL: 'C.UTF-8' }
    execFile(program, args, { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
      else resolve(stdout)
    })
  })
}

function succeeds(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}
