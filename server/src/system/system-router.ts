import { schema } from '@holdfast/drizzle'
import { contractHash, maxContentLength, modelsListOutput, systemInfoOutput, type Id, type SystemInfo } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import { Refusal } from '../refusal.ts'
import { procedure, router } from '../trpc/procedures.ts'
import { version } from './version.ts'

const { users } = schema

/** Who serves, with which limits, and who asks. */
async function readSystemInfo(deps: Deps, userId: Id): Promise<SystemInfo> {
  const [user] = await deps.database.queries.select().from(users).where(eq(users.id, userId))
  if (!user) throw new Refusal('UNAUTHORIZED', 'This account no longer exists')
  const { models, config, database } = deps
  return {
    name: 'holdfast',
    version,
    contract: contractHash,
    database: database.kind,
    model: { id: models.defaultModel, provider: models.name, host: models.host, demo: models.demo },
    limits: { messagesPerMinute: config.messagesPerMinute, contentLength: maxContentLength },
    user: { id: user.id, name: user.name, email: user.isAnonymous ? null : user.email, isGuest: user.isAnonymous },
  }
}

const listDeadlineMs = 5_000

/** The models of all providers, the default first. A provider without an answer in 5 s: what the settings name, and a warning. */
async function listModels(deps: Deps): Promise<z.infer<typeof modelsListOutput>> {
  const { models } = deps
  const { models: found, failures } = await models.catalogue(AbortSignal.timeout(listDeadlineMs))
  const items = found.map(({ id, provider, contextWindow, prices }) => ({
    id,
    provider: provider.name,
    demo: provider.demo,
    isDefault: id === models.defaultModel,
    contextWindow,
    inputMicroUsd: prices?.inputMicroUsd ?? null,
    outputMicroUsd: prices?.outputMicroUsd ?? null,
  }))
  const byDefault = items.filter((item) => item.isDefault)
  return {
    items: [...byDefault, ...items.filter((item) => !item.isDefault)],
    warning: failures.length === 0 ? null : failures.map(({ provider, error }) => `${provider.name}: ${error.message}`).join(' '),
  }
}

export const systemRouter = router({
  info: procedure.output(systemInfoOutput).query(({ ctx }) => readSystemInfo(ctx.deps, ctx.user.id)),
})

export const modelsRouter = router({
  list: procedure.output(modelsListOutput).query(({ ctx }) => listModels(ctx.deps)),
})
