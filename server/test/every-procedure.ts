import { randomUUID } from 'node:crypto'
import { everyPlannerProcedure } from './every-planner-procedure.ts'
import { everyWebhookProcedure } from './every-webhook-procedure.ts'
import type { ProcedureRow } from './procedure-row.ts'

const request = () => ({ requestId: randomUUID() })
const today = '2026-11-20'

const triedProvider = { kind: 'compatible', baseUrl: 'http://models.example:1/v1', key: 'sk-of-nobody-1234', model: 'a-model' }
const changedProvider = {
  name: 'A provider',
  baseUrl: 'http://models.example:1/v1',
  key: 'sk-of-nobody-1234',
  models: ['a-model'],
  defaultModel: 'a-model',
  enabled: false,
}
const newProvider = { kind: 'compatible', ...changedProvider }
/** Of an account in tests. */
export const testPassword = 'correct horse battery'

/** Every procedure there is. A new one without a row here fails a test. */
export const everyProcedure: Readonly<Record<string, ProcedureRow>> = {
  ...everyPlannerProcedure,
  ...everyWebhookProcedure,
  'account.sessions.list': { type: 'query' },
  'account.sessions.revoke': { type: 'mutation', input: ({ sessionId }) => ({ sessionId }), ids: ['sessionId'] },
  'account.password.change': {
    type: 'mutation',
    isForAccounts: true,
    input: () => ({ currentPassword: testPassword, newPassword: 'correct horse staple' }),
  },
  'account.update': {
    type: 'mutation',
    isForAccounts: true,
    input: () => ({ name: 'Robin', email: `${randomUUID()}@example.com`, currentPassword: testPassword }),
  },
  'account.delete': { type: 'mutation', input: () => ({ confirm: 'guest' }) },
  'activity.follow': { type: 'subscription', input: () => ({ lastEventId: '1' }) },
  'admin.audit.list': {
    type: 'query',
    isForAdmins: true,
    input: () => ({ limit: 5, user: randomUUID(), action: 'token.created', from: today, to: today, utcOffsetMinutes: 60 }),
  },
  'admin.audit.verify': { type: 'query', isForAdmins: true, input: () => ({ afterSeq: 1 }) },
  'admin.invites.list': { type: 'query', isForAdmins: true, input: () => ({ all: true }) },
  'admin.invites.create': {
    type: 'mutation',
    isForAdmins: true,
    input: () => ({ email: 'new@example.com', role: 'member', expiresInDays: 1 }),
  },
  'admin.invites.revoke': { type: 'mutation', isForAdmins: true, input: ({ inviteId }) => ({ inviteId }) },
  'admin.users.list': {
    type: 'query',
    isForAdmins: true,
    input: () => ({ query: 'a', status: 'active', guests: true, limit: 5 }),
  },
  'admin.users.get': { type: 'query', isForAdmins: true, input: ({ memberId }) => ({ userId: memberId }) },
  'admin.users.create': {
    type: 'mutation',
    isForAdmins: true,
    input: () => ({ name: 'New', email: `${randomUUID()}@example.com`, role: 'member' }),
  },
  'admin.users.update': {
    type: 'mutation',
    isForAdmins: true,
    input: ({ memberId }) => ({ userId: memberId, role: 'member', status: 'active' }),
  },
  'admin.users.resetLink': { type: 'mutation', isForAdmins: true, input: ({ memberId }) => ({ userId: memberId }) },
  'admin.users.revokeSessions': { type: 'mutation', isForAdmins: true, input: ({ memberId }) => ({ userId: memberId }) },
  'admin.users.delete': { type: 'mutation', isForAdmins: true, input: ({ memberId }) => ({ userId: memberId }) },
  'admin.serviceAccounts.create': {
    type: 'mutation',
    isForAdmins: true,
    input: () => ({ name: 'A program', scopes: ['api'], expiresInDays: 30 }),
  },
  'admin.serviceAccounts.createToken': {
    type: 'mutation',
    isForAdmins: true,
    input: ({ serviceAccountId }) => ({ userId: serviceAccountId, name: 'A token', scopes: ['mcp'], expiresInDays: 30 }),
  },
  'admin.settings.get': { type: 'query', isForAdmins: true },
  'admin.settings.update': { type: 'mutation', isForAdmins: true, input: () => ({ ownKeys: true }) },
  'admin.storage.get': { type: 'query', isForAdmins: true },
  'admin.usage.summary': { type: 'query', isForAdmins: true, input: () => ({ by: 'user' }) },
  'admin.localModel.get': { type: 'query', isForAdmins: true },
  // These servers have no directory for data: nothing is fetched.
  'admin.localModel.install': { type: 'mutation', isForAdmins: true, input: () => ({ name: 'qwen2.5-0.5b' }) },
  'admin.localModel.cancel': { type: 'mutation', isForAdmins: true },
  'admin.localModel.remove': { type: 'mutation', isForAdmins: true },
  'admin.providers.list': { type: 'query', isForAdmins: true },
  'admin.providers.discover': { type: 'query', isForAdmins: true },
  'admin.providers.create': { type: 'mutation', isForAdmins: true, input: () => newProvider },
  'admin.providers.update': {
    type: 'mutation',
    isForAdmins: true,
    input: ({ sharedProviderId }) => ({ providerId: sharedProviderId, ...changedProvider }),
  },
  'admin.providers.test': {
    type: 'mutation',
    isForAdmins: true,
    input: ({ sharedProviderId }) => ({ providerId: sharedProviderId, ...triedProvider }),
  },
  'admin.providers.delete': {
    type: 'mutation',
    isForAdmins: true,
    input: ({ sharedProviderId }) => ({ providerId: sharedProviderId }),
  },
  'providers.list': { type: 'query' },
  'providers.create': { type: 'mutation', input: () => newProvider },
  'providers.update': {
    type: 'mutation',
    input: ({ providerId }) => ({ providerId, ...changedProvider }),
    ids: ['providerId'],
  },
  'providers.test': { type: 'mutation', input: ({ providerId }) => ({ providerId, ...triedProvider }), ids: ['providerId'] },
  'providers.delete': { type: 'mutation', input: ({ providerId }) => ({ providerId }), ids: ['providerId'] },
  'stream.follow': {
    type: 'subscription',
    input: ({ conversationId }) => ({ subscriptions: [{ key: 'a', path: 'conversations.follow', input: { conversationId } }] }),
  },
  'conversations.list': { type: 'query', input: () => ({ limit: 5, archived: false, trashed: false }) },
  'conversations.get': {
    type: 'query',
    input: ({ conversationId, answerId }) => ({ conversationId, leafId: answerId, descend: true, limit: 5 }),
    ids: ['conversationId', 'leafId'],
  },
  'conversations.create': {
    type: 'mutation',
    input: () => ({ conversationId: randomUUID(), title: 'Plans', model: 'scripted-2', instructions: 'Be brief.' }),
  },
  'conversations.update': {
    type: 'mutation',
    input: ({ conversationId, answerId }) => ({
      conversationId,
      title: 'Plans',
      model: 'scripted-2',
      instructions: 'Be brief.',
      pinned: true,
      archived: true,
      activeMessageId: answerId,
    }),
    ids: ['conversationId', 'activeMessageId'],
  },
  'conversations.delete': {
    type: 'mutation',
    input: ({ conversationId }) => ({ conversationId, permanent: false }),
    ids: ['conversationId'],
  },
  'conversations.restore': { type: 'mutation', input: ({ conversationId }) => ({ conversationId }), ids: ['conversationId'] },
  'conversations.markRead': {
    type: 'mutation',
    input: ({ conversationId }) => ({ conversationId, cursor: '3' }),
    ids: ['conversationId'],
  },
  'conversations.at': {
    type: 'query',
    input: ({ conversationId, answerId }) => ({ conversationId, cursor: '5', leafId: answerId, limit: 5 }),
    ids: ['conversationId', 'leafId'],
  },
  'conversations.moments': {
    type: 'query',
    input: ({ conversationId }) => ({ conversationId, cursor: '5', limit: 5 }),
    ids: ['conversationId'],
  },
  'conversations.fork': {
    type: 'mutation',
    input: ({ answerId }) => ({ ...request(), messageId: answerId, cursor: '5' }),
    ids: ['messageId'],
  },
  'conversations.follow': {
    type: 'subscription',
    input: ({ conversationId }) => ({ conversationId, lastEventId: '1' }),
    ids: ['conversationId'],
  },
  'drafts.get': { type: 'query', input: ({ conversationId }) => ({ conversationId }), ids: ['conversationId'] },
  'drafts.set': {
    type: 'mutation',
    input: ({ conversationId }) => ({ conversationId, content: 'half a thought' }),
    ids: ['conversationId'],
  },
  'imports.start': { type: 'mutation', input: ({ exportId }) => ({ fileId: exportId, importId: randomUUID() }), ids: ['fileId'] },
  'imports.get': { type: 'query', input: ({ importId }) => ({ importId }), ids: ['importId'] },
  'imports.list': { type: 'query', input: () => ({ limit: 5 }) },
  'imports.cancel': { type: 'mutation', input: ({ importId }) => ({ importId }), ids: ['importId'] },
  'messages.send': {
    type: 'mutation',
    input: ({ conversationId, answerId }) => ({
      ...request(),
      conversationId,
      create: false,
      parentId: answerId,
      content: 'say yes',
      model: 'scripted-2',
      userMessageId: randomUUID(),
      assistantMessageId: randomUUID(),
      utcOffsetMinutes: 60,
    }),
    ids: ['conversationId', 'parentId'],
  },
  'messages.complete': {
    type: 'mutation',
    input: ({ conversationId, answerId }) => ({
      ...request(),
      conversationId,
      create: false,
      parentId: answerId,
      content: 'say yes',
      model: 'scripted-2',
      userMessageId: randomUUID(),
      assistantMessageId: randomUUID(),
      utcOffsetMinutes: 60,
    }),
    ids: ['conversationId', 'parentId'],
  },
  'messages.list': {
    type: 'query',
    input: ({ conversationId, answerId }) => ({ conversationId, leafId: answerId, limit: 5, before: answerId }),
    ids: ['conversationId', 'before'],
  },
  'messages.status': { type: 'query', input: ({ conversationId }) => ({ conversationId }), ids: ['conversationId'] },
  'messages.content': { type: 'query', input: ({ answerId }) => ({ messageId: answerId }), ids: ['messageId'] },
  'messages.timeline': { type: 'query', input: ({ answerId }) => ({ messageId: answerId }), ids: ['messageId'] },
  'messages.request': {
    type: 'query',
    input: ({ answerId }) => ({ messageId: answerId, step: 0, attempt: 1 }),
    ids: ['messageId'],
  },
  'messages.poll': {
    type: 'query',
    input: ({ conversationId }) => ({ conversationId, since: '2026-01-01T00:00:00.000Z' }),
    ids: ['conversationId'],
  },
  'messages.cancel': { type: 'mutation', input: ({ answerId }) => ({ messageId: answerId }), ids: ['messageId'] },
  'messages.regenerate': {
    type: 'mutation',
    input: ({ answerId }) => ({ ...request(), messageId: answerId, model: 'scripted-2', utcOffsetMinutes: 60 }),
    ids: ['messageId'],
  },
  'messages.edit': {
    type: 'mutation',
    input: ({ questionId }) => ({ ...request(), messageId: questionId, content: 'say no', utcOffsetMinutes: 60 }),
    ids: ['messageId'],
  },
  'messages.continue': { type: 'mutation', input: ({ answerId }) => ({ ...request(), messageId: answerId }), ids: ['messageId'] },
  'messages.steer': {
    type: 'mutation',
    input: ({ waiting }) => ({ ...request(), messageId: waiting.messageId, content: 'another way' }),
    ids: ['messageId'],
  },
  'reactions.set': {
    type: 'mutation',
    input: ({ answerId }) => ({ messageId: answerId, reaction: 'star', on: true }),
    ids: ['messageId'],
  },
  'messages.withdraw': {
    type: 'mutation',
    input: ({ queuedQuestionId }) => ({ ...request(), messageId: queuedQuestionId }),
    ids: ['messageId'],
  },
  'messages.delete': { type: 'mutation', input: ({ answerId }) => ({ ...request(), messageId: answerId }), ids: ['messageId'] },
  'models.list': { type: 'query' },
  'system.info': { type: 'query' },
  'system.me': { type: 'query' },
  'shares.list': { type: 'query', input: ({ conversationId }) => ({ conversationId }), ids: ['conversationId'] },
  'shares.create': {
    type: 'mutation',
    input: ({ conversationId, answerId }) => ({
      conversationId,
      kind: 'snapshot',
      leafId: answerId,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    }),
    ids: ['conversationId', 'leafId'],
  },
  'shares.revoke': { type: 'mutation', input: ({ shareId }) => ({ shareId }), ids: ['shareId'] },
  'shares.copy': { type: 'mutation', input: ({ shareToken }) => ({ ...request(), token: shareToken }) },
  'shares.read': {
    type: 'query',
    isPublic: true,
    input: ({ shareToken, answerId }) => ({ token: shareToken, before: answerId }),
  },
  'shares.follow': {
    type: 'subscription',
    isPublic: true,
    input: ({ shareToken }) => ({ token: shareToken, lastEventId: '0' }),
  },
  'tokens.list': { type: 'query' },
  'tokens.create': {
    type: 'mutation',
    input: () => ({ tokenId: randomUUID(), name: 'A script', scopes: ['api'], expiresInDays: 7 }),
  },
  'tokens.revoke': { type: 'mutation', input: ({ tokenId }) => ({ tokenId }), ids: ['tokenId'] },
  'toolCalls.decide': {
    type: 'mutation',
    input: ({ waiting }) => ({ ...request(), ...waiting, approve: false }),
    ids: ['messageId', 'callId'],
  },
  'toolCalls.answer': {
    type: 'mutation',
    input: ({ waiting }) => ({ ...request(), ...waiting, decline: true }),
    ids: ['messageId', 'callId'],
  },
  'tools.list': { type: 'query' },
  'conversations.export': {
    type: 'query',
    input: ({ conversationId }) => ({ conversationId, limit: 5 }),
    ids: ['conversationId'],
  },
  'search.messages': {
    type: 'query',
    input: ({ conversationId }) => ({
      query: 'word',
      limit: 5,
      conversationId,
      role: 'user',
      hasToolCalls: false,
      from: today,
      to: today,
    }),
    ids: ['conversationId'],
  },
  'usage.summary': { type: 'query', input: () => ({ from: today, to: today, by: 'day', utcOffsetMinutes: 60 }) },
  'files.list': { type: 'query', input: () => ({ limit: 5 }) },
  'files.get': { type: 'query', input: ({ fileId }) => ({ fileId }), ids: ['fileId'] },
  'files.url': { type: 'query', input: ({ fileId }) => ({ fileId, variant: 'text' }), ids: ['fileId'] },
  'files.uses': { type: 'query', input: ({ fileId }) => ({ fileId, limit: 5 }), ids: ['fileId'] },
  'files.delete': { type: 'mutation', input: ({ fileId }) => ({ fileId }), ids: ['fileId'] },
}
