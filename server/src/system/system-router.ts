import { schema } from '@holdfast/drizzle'
import { contractHash, maxContentLength, modelsListOutput, systemInfoOutput, type Id, type SystemInfo } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Deps } from '../deps.ts'
import { ModelError } from '../models/model-error.ts'
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

/** The provider's models, the default first. Without an answer in 5 s: the default alone, and a warning. */
async function listModels(deps: Deps): Promise<z.infer<typeof modelsListOutput>> {
  const { models } = deps
  const toModel = (id: string) => ({ id, provider: models.name, demo: models.demo, isDefault: id === models.defaultModel })
  try {
    const found = await models.list(AbortSignal.timeout(listDeadlineMs))
    const others = found.map((model) => model.id).filter((id) => id !== models.defaultModel)
    return { items: [models.defaultModel, ...others].map(toModel), warning: null }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return { items: [toModel(models.defaultModel)], warning: error.message }
  }
}

export const systemRouter = router({
  info: procedure.output(systemInfoOutput).query(({ ctx }) => readSystemInfo(ctx.deps, ctx.user.id)),
})

export const modelsRouter = router({
  list: procedure.output(modelsListOutput).query(({ ctx }) => listModels(ctx.deps)),
})
