import type { ModelMessage, ModelReplay } from '../model.ts'
import type { ModelApi } from './call-plan.ts'
import { readRecord, type JsonRecord } from './read-json.ts'

/** Who can open what is replayed: encrypted reasoning means something to the host and the model that wrote it, and to no other. */
export interface ReplayIssuer {
  readonly host: string
  readonly model: string
  readonly api: ModelApi
}

export function sealReplay(replay: ModelReplay, { host, model, api }: ReplayIssuer): ModelReplay {
  return { issuer: { host, model, api }, ...replay }
}

/** What a step brings along from an earlier call of the same issuer. Null: nothing, or somebody else's. */
export function openReplay(
  { replay }: Extract<ModelMessage, { role: 'assistant' }>,
  { host, model, api }: ReplayIssuer,
): JsonRecord | null {
  const issuer = readRecord(replay?.['issuer'])
  const isSame = issuer?.['host'] === host && issuer['model'] === model && issuer['api'] === api
  return replay && isSame ? replay : null
}
