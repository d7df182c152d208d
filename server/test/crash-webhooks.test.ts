import { Webhook as Verifier } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { connect, createTestUser } from '../testing/create-test-app.ts'
import { createDataDirectory } from '../testing/data-directory.ts'
import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { startServerProcess } from '../testing/server-process.ts'
import { ask } from './send.ts'
import { createWebhookReceiver } from './webhook-receiver.ts'

test('[T2] kill -9 between an answer and its delivery, and in the middle of one, loses none', async () => {
  await using directory = await createDataDirectory()
  await using provider = await createScriptedProvider()
  await using receiver = await createWebhookReceiver()
  const env = {
    DATA_DIR: directory.path,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'scripted-1',
    WEBHOOK_ALLOW_PRIVATE: 'on',
  }
  let server = await startServerProcess(env)
  try {
    const user = await createTestUser(server.url)
    const { id: webhookId, secret } = await user.client.webhooks.create.mutate({ url: receiver.url })
    // Its receiver takes it and does not answer; what follows waits behind it, and one of another conversation hangs, too.
    receiver.answer('hang')
    const { conversationId } = await ask(user, 'say 1')
    await ask(user, 'say 2', { conversationId })
    await ask(user, 'say 3')
    await expect.poll(() => receiver.received.length).toBe(2)
    await server.end('SIGKILL')
    await user.close()
    receiver.answer(204)
    server = await startServerProcess(env)
    const response = await fetch(`${server.url}/api/auth/token`, { headers: { cookie: user.cookie } })
    const again = connect(server.url, ((await response.json()) as { token: string }).token)
    const list = async () => (await again.client.webhooks.deliveries.query({ webhookId })).items
    await expect
      .poll(async () => (await list()).map(({ state }) => state), { timeout: 60_000 })
      .toEqual(['delivered', 'delivered', 'delivered'])
    const ids = (await list()).map(({ id }) => id).toReversed()
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set(ids))
    // The ones that hung came twice, under the same id; each time with a signature of its own.
    expect(receiver.received.map(({ id }) => id).filter((id) => id !== ids[1]).length).toBe(4)
    for (const { body, headers } of receiver.received) new Verifier(secret).verify(body, headers as Record<string, string>)
    await again.close()
  } finally {
    await server[Symbol.asyncDispose]()
  }
})
