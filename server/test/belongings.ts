import { randomUUID } from 'node:crypto'
import { schema } from '@holdfast/drizzle'
import { expect } from 'vitest'
import type { TestApp, TestUser } from '../testing/create-test-app.ts'
import { ask } from './send.ts'
import { tokenToUserId } from './token-to-user-id.ts'
import { upload } from './upload.ts'

/** One of everything that a user can have, each with the id that procedures ask for. */
export interface Belongings {
  readonly conversationId: string
  readonly questionId: string
  /** Its answer waits for the one above it. */
  readonly queuedQuestionId: string
  /** An answer that broke off: it can be continued. */
  readonly answerId: string
  /** A message with a tool call that waits for a yes. */
  readonly waiting: { readonly messageId: string; readonly callId: string }
  readonly goalId: string
  readonly milestoneId: string
  readonly taskId: string
  readonly tokenId: string
  /** A short text that is ready to be sent. */
  readonly fileId: string
  /** An export without anything in it, and its import. */
  readonly exportId: string
  readonly importId: string
  /** A provider of models of the user's own, and one that is for everyone and switched off. */
  readonly providerId: string
  readonly sharedProviderId: string
  readonly sessionId: string
  /** An account and an invitation that an administrator has made; of nothing for all others. */
  readonly memberId: string
  readonly inviteId: string
  /** A live link to the conversation. */
  readonly shareId: string
  readonly shareToken: string
  readonly serviceAccountId: string
  /** A webhook with a delivery that has failed. */
  readonly webhookId: string
  readonly deliveryId: string
}

/** Works with the scripted provider's own commands: no script may be set. */
export async function createBelongings(app: TestApp, user: TestUser): Promise<Belongings> {
  const { client } = user
  const broken = await ask(user, 'tokens 5 cut after 2')
  expect(broken.status).toBe('error')
  const { id: goalId } = await client.goals.create.mutate({ title: 'A goal' })
  const { id: milestoneId } = await client.milestones.create.mutate({ title: 'A milestone', goalId })
  const { id: taskId } = await client.tasks.add.mutate({ title: 'A task', milestoneId })
  const asking = { requestId: randomUUID(), content: `tool delete_task ${JSON.stringify({ taskId })}` }
  const waiting = await client.messages.complete.mutate(asking)
  expect(waiting.status).toBe('waiting')
  const queued = await client.messages.send.mutate({
    requestId: randomUUID(),
    conversationId: waiting.conversationId,
    parentId: waiting.messageId,
    content: 'tokens 1',
  })
  const { id: tokenId } = await client.tokens.create.mutate({ name: 'A token' })
  const { id: fileId } = await upload(app, user, 'A file', { name: 'file.txt' })
  const { id: exportId } = await upload(app, user, '{"format":"holdfast-export","version":1,"conversations":[]}')
  const { id: importId } = await client.imports.start.mutate({ fileId: exportId })
  const share = await client.shares.create.mutate({ conversationId: broken.conversationId, kind: 'live' })
  const providerId = await insertProvider(app, user)
  const sharedProviderId = await insertProvider(app, null)
  const [session] = (await client.account.sessions.list.query()).items
  expect(app.provider.active).toBe(0)
  return {
    conversationId: broken.conversationId,
    questionId: broken.userMessageId,
    answerId: broken.assistantMessageId,
    queuedQuestionId: queued.userMessageId,
    waiting: { messageId: waiting.messageId, callId: waiting.toolCalls[0]?.callId ?? '' },
    goalId,
    milestoneId,
    taskId,
    tokenId,
    fileId,
    exportId,
    importId,
    providerId,
    sharedProviderId,
    sessionId: session?.id ?? '',
    shareId: share.id,
    shareToken: share.token ?? '',
    ...(await createAdminBelongings(user)),
    ...(await createWebhookBelongings(app, user, broken.conversationId)),
  }
}

/** Written straight into the database, since not everybody may add one. It is switched off: answers have to come from the scripted one. */
async function insertProvider(app: TestApp, owner: TestUser | null): Promise<string> {
  const id = randomUUID()
  const now = new Date()
  await app.database.queries.insert(schema.providers).values({
    id,
    ownerId: owner === null ? null : tokenToUserId(owner.token),
    name: 'A provider',
    kind: 'compatible',
    // Port 1 is one that no client connects to.
    baseUrl: 'http://models.example:1/v1',
    defaultModel: 'a-model',
    enabled: false,
    createdAt: now,
    updatedAt: now,
  })
  return id
}

async function createWebhookBelongings(
  app: TestApp,
  { client, token }: TestUser,
  conversationId: string,
): Promise<Pick<Belongings, 'webhookId' | 'deliveryId'>> {
  // Port 1 is one that no client connects to. Nothing in these tests is due.
  const { id: webhookId } = await client.webhooks.create.mutate({ url: 'http://hooks.example:1/', events: ['task.due'] })
  const now = new Date()
  const deliveryId = randomUUID()
  await app.database.queries.insert(schema.webhookDeliveries).values({
    id: deliveryId,
    webhookId,
    userId: tokenToUserId(token),
    conversationId,
    seq: 1,
    event: 'answer.failed',
    payload: '{}',
    state: 'failed',
    tryingSince: now,
    nextAttemptAt: now,
    createdAt: now,
    endedAt: now,
  })
  return { webhookId, deliveryId }
}

async function createAdminBelongings({
  client,
}: TestUser): Promise<Pick<Belongings, 'memberId' | 'inviteId' | 'serviceAccountId'>> {
  const { user } = await client.system.info.query()
  if (user.role !== 'admin') return { memberId: randomUUID(), inviteId: randomUUID(), serviceAccountId: randomUUID() }
  const made = await client.admin.users.create.mutate({ name: 'A member', email: `${randomUUID()}@example.com` })
  const { id: inviteId } = await client.admin.invites.create.mutate({})
  const program = await client.admin.serviceAccounts.create.mutate({ name: 'A program' })
  return { memberId: made.user.id, inviteId, serviceAccountId: program.user.id }
}
