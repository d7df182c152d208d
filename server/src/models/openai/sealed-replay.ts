import type { ModelMessage, ModelReplay } from '../model.ts'
import type { ModelApi } from './call-plan.ts'
import { readRecord, type JsonRecord } from './read-json.ts'

/** The issuer of replayed data: only the host and the model that wrote encrypted reasoning can read it. */
export interface ReplayIssuer {
  readonly host: string
  readonly model: string
  readonly api: ModelApi
}

export function sealReplay(replay: ModelReplay, { host, model, api }: ReplayIssuer): ModelReplay {
  return { issuer: { host, model, api }, ...replay }
}

/** The replay data of a step, from an earlier call of the same issuer. Null: there is none, or it is another issuer's. */
export function openReplay(
  { replay }: Extract<ModelMessage, { role: 'assistant' }>,
  { host, model, api }: ReplayIssuer,
): JsonRecord | null {
  const issuer = readRecord(replay?.['issuer'])
  const isSame = issuer?.['host'] === host && issuer['model'] === model && issuer['api'] === api
  return replay && isSame ? replay : null
}
