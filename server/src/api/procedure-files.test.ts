import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readProcedures } from './openapi/read-procedures.ts'

const source = fileURLToPath(new URL('..', import.meta.url))

/** Where the use cases of a namespace are; `*` is `commands` for mutations and `queries` for all others. */
const folders: Readonly<Record<string, string>> = {
  account: 'account',
  'account.password': 'account/password',
  'account.sessions': 'account/sessions',
  activity: 'activity',
  'admin.audit': 'admin/audit',
  'admin.localModel': 'admin/local-model',
  'admin.providers': 'admin/providers',
  'admin.serviceAccounts': 'admin/service-accounts',
  'admin.settings': 'admin/settings',
  'admin.storage': 'admin/storage',
  'admin.usage': 'admin/usage',
  'admin.invites': 'admin/invites',
  'admin.users': 'admin/users',
  conversations: 'conversations/*',
  drafts: 'drafts',
  files: 'files/*',
  goals: 'planner/*',
  imports: 'imports/*',
  messages: 'conversations/*',
  milestones: 'planner/*',
  models: 'models',
  planner: 'planner/*',
  providers: 'providers',
  reactions: 'conversations/*',
  search: 'search',
  shares: 'shares/*',
  stream: 'api/routers',
  system: 'system',
  tasks: 'planner/*',
  tokens: 'auth',
  toolCalls: 'conversations/*',
  tools: 'tool-runner',
  usage: 'usage',
  webhooks: 'webhooks/*',
}

/** Procedures that are no verb, or whose noun is not the namespace. */
const irregularNames: Readonly<Record<string, string>> = {
  'admin.audit.list': 'list-audit-records',
  'admin.audit.verify': 'verify-audit-log',
  'admin.users.resetLink': 'create-user-reset-link',
  'admin.users.revokeSessions': 'revoke-user-sessions',
  'admin.serviceAccounts.createToken': 'create-service-token',
  'admin.localModel.get': 'get-local-model',
  'admin.localModel.install': 'install-local-model',
  'admin.localModel.cancel': 'cancel-local-model',
  'admin.localModel.remove': 'remove-local-model',
  'admin.settings.get': 'get-settings',
  'admin.storage.get': 'get-storage',
  'admin.settings.update': 'update-settings',
  'admin.usage.summary': 'get-server-usage',
  'admin.providers.discover': 'discover-providers',
  'conversations.at': 'get-conversation-at',
  'conversations.moments': 'list-conversation-moments',
  'conversations.markRead': 'mark-conversation-read',
  'files.url': 'get-file-url',
  'files.uses': 'list-file-uses',
  'messages.content': 'get-message-content',
  'messages.request': 'get-message-request',
  'messages.status': 'get-message-status',
  'messages.timeline': 'get-message-timeline',
  'planner.previewUndo': 'preview-planner-undo',
  'search.messages': 'search-messages',
  'system.info': 'get-system-info',
  'system.me': 'get-me',
  'tasks.stats': 'get-task-stats',
  'tokens.create': 'create-access-token',
  'tokens.list': 'list-access-tokens',
  'tokens.revoke': 'revoke-access-token',
  'usage.summary': 'get-usage-summary',
  'webhooks.deliveries': 'list-webhook-deliveries',
  'webhooks.replay': 'replay-webhook-delivery',
}

/** Verbs that are about all items of a namespace. */
const pluralVerbs = new Set(['list', 'poll'])

/**
 * One procedure, one file, named as the procedure: `messages.edit` is conversations/commands/edit-message.ts and exports `editMessage`.
 * The name is the verb, then the namespace in the singular (in the plural after `list` and `poll`), in kebab case for the file and in
 * camel case for the function.
 */
function procedureToFile({ path, isCommand }: Procedure): { file: string; name: string } {
  const verb = path.split('.').at(-1) ?? ''
  const namespace = path.slice(0, -verb.length - 1)
  const nouns = namespace.split('.').at(-1) ?? ''
  const noun = pluralVerbs.has(verb) ? nouns : nouns.replace(/s$/u, '')
  const kebab = irregularNames[path] ?? `${verb}-${noun.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`
  const folder = folders[namespace]?.replace('*', isCommand ? 'commands' : 'queries') ?? namespace
  const name = kebab.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase())
  return { file: `${folder}/${kebab}.ts`, name }
}

interface Procedure {
  readonly path: string
  readonly isCommand: boolean
}

const procedures = readProcedures().map(({ path, type }): Procedure => ({ path, isCommand: type === 'mutation' }))

describe('one procedure, one file, named as the procedure', () => {
  test.each(procedures)('$path', async (procedure) => {
    const { file, name } = procedureToFile(procedure)
    expect(existsSync(join(source, file)), `${procedure.path} is looked for in ${file}`).toBe(true)
    const module = (await import(join(source, file))) as Readonly<Record<string, unknown>>
    expect(module[name], `${file} exports ${name}`).toBeTypeOf('function')
  })

  test('commands/ and queries/ hold nothing else', () => {
    const named = new Set(procedures.map((procedure) => procedureToFile(procedure).file))
    // Those of the command line are no procedures.
    const found = globSync('*/{commands,queries}/*.ts', { cwd: source }).filter(
      (file) => !file.endsWith('.test.ts') && !file.startsWith('cli/'),
    )
    expect(found.filter((file) => !named.has(file))).toEqual([])
  })
})
