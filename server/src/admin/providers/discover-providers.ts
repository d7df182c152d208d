import type { ProviderKind, providersDiscoverOutput } from '@holdfast/shared'
import type { z } from 'zod'
import { readModels } from '../../models/openai/read-models.ts'
import type { ProviderStore } from '../../providers/provider-store.ts'

/** A program for models that may run at the machine of the server. */
export interface LocalProgram {
  readonly kind: ProviderKind
  /** The address of its OpenAI-compatible API. */
  readonly baseUrl: string
  /** Where it lists what it has, relative to that address. */
  readonly list: string
}

export const localPrograms: readonly LocalProgram[] = [
  { kind: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', list: '../api/tags' },
  { kind: 'lm-studio', baseUrl: 'http://127.0.0.1:1234/v1', list: 'models' },
]

const deadlineMs = 500

/** Ollama and LM Studio at the machine of the server, where they answer within half a second. */
export async function discoverProviders(deps: {
  readonly providers: Pick<ProviderStore, 'current'>
  readonly localPrograms: readonly LocalProgram[]
}): Promise<z.infer<typeof providersDiscoverOutput>> {
  const found = await Promise.all(
    deps.localPrograms.map(async (program) => {
      const models = await readLocalModels(program)
      return models === null ? [] : [{ program, models }]
    }),
  )
  const added = new Set(deps.providers.current().map(({ baseUrl }) => baseUrl))
  return {
    items: found.flat().map(({ program: { kind, baseUrl }, models }) => ({
      kind,
      baseUrl,
      models,
      isAdded: added.has(baseUrl),
    })),
  }
}

/** Null: it is not there, or something else is. */
async function readLocalModels({ baseUrl, list }: LocalProgram): Promise<string[] | null> {
  try {
    const response = await fetch(new URL(list, `${baseUrl}/`), { redirect: 'error', signal: AbortSignal.timeout(deadlineMs) })
    if (response.ok) return readModels(await response.json()).map(({ id }) => id)
    await response.body?.cancel()
    return null
  } catch {
    // That nothing answers is what is found out.
    return null
  }
}
