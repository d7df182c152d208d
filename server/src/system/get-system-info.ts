import { schema } from '@holdfast/drizzle'
import { contractHash, maxRecordingBytes, maxSpokenLength, type Id, type SystemInfo } from '@holdfast/shared'
import { eq } from 'drizzle-orm'
import { Refusal } from '../platform/refusal.ts'
import { effectiveLimits } from '../limits/effective-limits.ts'
import type { Settings } from '../settings/open-settings.ts'
import { version } from '../platform/version.ts'
import type { Config } from '../config/config.ts'
import type { ModelDirectory } from '../models/model-directory.ts'
import type { Database } from '../platform/database/database.ts'

const { users } = schema

export interface SystemInfoDeps {
  readonly config: Pick<Config, 'isForThisMachine' | 'messageMaxCharacters' | 'fileMaxBytes' | 'importMaxBytes' | 'voice'>
  readonly database: Database
  readonly settings: Pick<Settings, 'current'>
  readonly models: ModelDirectory
}

/** The server, its limits, and the calling user. @throws Refusal UNAUTHORIZED for an account that no longer exists */
export async function getSystemInfo(deps: SystemInfoDeps, userId: Id): Promise<SystemInfo> {
  const [user] = await deps.database.queries.select().from(users).where(eq(users.id, userId))
  if (!user) throw new Refusal('UNAUTHORIZED', 'This account no longer exists')
  const { config, database, settings } = deps
  const models = deps.models.forUser(userId)
  const mayKnowHost = config.isForThisMachine || !user.isAnonymous
  return {
    name: 'holdfast',
    version,
    contract: contractHash,
    database: database.kind,
    model: { id: models.defaultModel, provider: models.name, host: mayKnowHost ? models.host : '', demo: models.demo },
    limits: {
      messagesPerMinute: effectiveLimits(settings.current(), user).messagesPerMinute,
      contentLength: config.messageMaxCharacters,
      fileBytes: config.fileMaxBytes,
      importBytes: config.importMaxBytes,
    },
    voice: {
      transcription:
        config.voice === null || config.voice.transcribeModels.length === 0
          ? null
          : { models: [...config.voice.transcribeModels], maxBytes: maxRecordingBytes },
      speech: config.voice?.speech ? { maxCharacters: maxSpokenLength } : null,
    },
    user: {
      id: user.id,
      name: user.name,
      email: user.isAnonymous ? null : user.email,
      role: user.role,
      isGuest: user.isAnonymous,
    },
  }
}
