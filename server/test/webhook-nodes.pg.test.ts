import { expect, test } from 'vitest'
import { createPostgresDatabase } from '../testing/create-postgres-database.ts'
import { createTestApp } from '../testing/create-test-app.ts'
import { createScriptedProvider } from '../testing/scripted-provider/index.ts'
import { ask } from './send.ts'
import { createWebhookReceiver } from './webhook-receiver.ts'

test('[T2] a node that stops in the middle of deliveries leaves them to another one, which sends each under its id', async () => {
  const env = { DATABASE_URL: await createPostgresDatabase(process.env['TEST_POSTGRES_URL'] ?? '') }
  await using provider = await createScriptedProvider()
  await using receiver = await createWebhookReceiver()
  const overrides = { isInsideAddress: () => false }
  await using staying = await createTestApp({ env: { ...env, ROLE: 'web' }, provider, overrides })
  await using leaving = await createTestApp({ env, provider, overrides })
  const user = await staying.createUser()
  const { id: webhookId } = await user.client.webhooks.create.mutate({ url: receiver.url })
  receiver.answer('hang')
  const { conversationId } = await ask(user, 'say 1')
  await ask(user, 'say 2', { conversationId })
  await ask(user, 'say 3')
  await expect.poll(() => receiver.received.length).toBe(2)
  receiver.answer(204)
  await using coming = await createTestApp({ env, provider, overrides })
  await leaving.app.close()
  const list = async () => (await user.client.webhooks.deliveries.query({ webhookId })).items
  await expect.poll(async () => (await list()).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
  const [third, second, first] = await list()
  expect(receiver.received.map(({ id }) => id).toSorted()).toEqual(
    [first?.id, first?.id, second?.id, third?.id, third?.id].toSorted(),
  )
  // The order of the conversation held over the change of nodes.
  const ofConversation = receiver.received.map(({ id }) => id).filter((id) => id !== third?.id)
  expect(ofConversation).toEqual([first?.id, first?.id, second?.id])
  expect(coming.logs.filter(({ event }) => event === 'webhook-failed')).toEqual([])
})
