import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createWebhookSecret, signPayload } from '../src/webhooks/sign-payload.ts'
import { createWebhookSender } from '../src/webhooks/webhook-sender.ts'

const page = readFileSync(new URL('../../docs/WEBHOOKS.md', import.meta.url), 'utf8')

test('the receiver of WEBHOOKS.md runs as it is: it takes what is signed once, and refuses everything else', async () => {
  const code = /^```js\n([\s\S]*?)^```$/mu.exec(page)?.[1] ?? ''
  // Beside the tests, so that it finds the package that it imports.
  const path = fileURLToPath(new URL(`webhook-sample-${process.pid}.tmp.mjs`, import.meta.url))
  const secret = createWebhookSecret()
  await writeFile(path, code)
  const child = spawn(process.execPath, [path], { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: '0' } })
  const exited = once(child, 'exit')
  try {
    const printed: string[] = []
    createInterface(child.stdout).on('line', (line) => printed.push(line))
    await expect.poll(() => printed[0], { timeout: 30_000 }).toMatch(/^listening on \d+$/u)
    const url = `http://127.0.0.1:${printed[0]?.split(' ').at(-1)}/`
    const payload = JSON.stringify({ type: 'answer.completed', timestamp: new Date().toISOString(), data: { title: 'A title' } })
    const send = (signedWith: string, at = new Date()) =>
      createWebhookSender(null).send(
        { url, headers: signPayload(signedWith, 'an-id', at, payload), payload },
        new AbortController().signal,
      )
    expect(await send(secret)).toEqual({ status: 204, error: null })
    expect(await send(secret)).toEqual({ status: 204, error: null })
    expect(await send(createWebhookSecret())).toEqual({ status: 401, error: 'The receiver answered 401.' })
    expect(await send(secret, new Date(Date.now() - 10 * 60_000))).toMatchObject({ status: 401 })
    await expect.poll(() => printed.slice(1)).toEqual(['answer.completed A title'])
  } finally {
    child.kill()
    await exited
    await rm(path)
  }
})
