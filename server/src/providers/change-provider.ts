import { schema } from '@holdfast/drizzle'
import {
  providerBaseUrls,
  type Id,
  type Provider,
  type ProviderKind,
  type ProviderTest,
  type providersCreateInput,
  type providersTestInput,
  type providersUpdateInput,
} from '@holdfast/shared'
import { and, count, eq, isNull } from 'drizzle-orm'
import { isIP } from 'node:net'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { isLocalHost } from '../models/local-host.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queries } from '../platform/database/database.ts'
import { badField, notFound, Refusal } from '../platform/refusal.ts'
import { keyToHint } from './key-cipher.ts'
import type { MakeProvider } from './make-provider.ts'
import { rowToProvider } from './provider-to-output.ts'
import { rowToStored, type ProviderRow, type ProviderStore } from './provider-store.ts'
import { listChatModels, tryProvider } from './try-provider.ts'
import { chooseUsualModel } from './usual-model.ts'

const { providers } = schema

export interface ChangeProviderDeps {
  readonly database: Database
  readonly clock: Clock
  readonly providers: ProviderStore
  readonly makeProvider: MakeProvider
  /** Whether an IP address is one that people's own providers may not have. */
  readonly isInsideAddress: (address: string) => boolean
}

/** Whose providers: a user's own, or with null those for everyone. */
export type Owner = Id | null

const maxProviders = { shared: 100, own: 20 }

/** @throws Refusal BAD_REQUEST that names the field */
export async function addProvider(
  deps: ChangeProviderDeps,
  ownerId: Owner,
  input: z.output<typeof providersCreateInput>,
): Promise<Provider> {
  const { kind, key = null, models = null, background, enabled } = input
  const baseUrl = checkBaseUrl(deps, ownerId, input.baseUrl ?? providerBaseUrls[kind])
  const name = input.name ?? kindToName(kind) ?? new URL(baseUrl).host
  const defaultModel = input.defaultModel ?? models?.[0] ?? (await findUsualModel(deps, { ownerId, name, kind, baseUrl, key }))
  checkDefaultModel(models, defaultModel)
  const id = uuidv7()
  const now = deps.clock.now()
  const row = await deps.database.queries.transaction(async (tx) => {
    const [counted] = await tx.select({ n: count() }).from(providers).where(ownedBy(ownerId))
    const most = ownerId === null ? maxProviders.shared : maxProviders.own
    if ((counted?.n ?? 0) >= most) throw new Refusal('BAD_REQUEST', `There are ${most} providers, and no more are taken`)
    const [inserted] = await tx
      .insert(providers)
      .values({
        id,
        ownerId,
        name,
        kind,
        baseUrl,
        ...keyToColumns(deps, key, id),
        models,
        defaultModel,
        background,
        enabled,
        createdAt: now,
        updatedAt: now,
      })
      .returning()
    return inserted
  })
  if (!row) throw new Error('the provider was not inserted')
  await deps.providers.announce()
  return rowToProvider(row, deps.providers.cipher)
}

/** @throws Refusal NOT_FOUND, or BAD_REQUEST that names the field */
export async function changeProvider(
  deps: ChangeProviderDeps,
  ownerId: Owner,
  input: z.output<typeof providersUpdateInput>,
): Promise<Provider> {
  const row = await deps.database.queries.transaction(async (tx) => {
    const before = await readProvider(tx, ownerId, input.providerId)
    const baseUrl = checkBaseUrl(deps, ownerId, input.baseUrl ?? before.baseUrl)
    checkKeyIsForHost(before, baseUrl, input.key)
    const models = input.models === undefined ? before.models : input.models
    const defaultModel = input.defaultModel ?? toKeptDefault(before.defaultModel, models)
    checkDefaultModel(models, defaultModel)
    const [updated] = await tx
      .update(providers)
      .set({
        name: input.name ?? before.name,
        baseUrl,
        models,
        defaultModel,
        background: input.background ?? before.background,
        enabled: input.enabled ?? before.enabled,
        updatedAt: deps.clock.now(),
        ...(input.key === undefined ? {} : keyToColumns(deps, input.key, before.id)),
      })
      .where(eq(providers.id, before.id))
      .returning()
    return updated
  })
  if (!row) throw notFound('Provider')
  await deps.providers.announce()
  return rowToProvider(row, deps.providers.cipher)
}

/** @throws Refusal NOT_FOUND */
export async function removeProvider(deps: ChangeProviderDeps, ownerId: Owner, providerId: Id): Promise<{ providerId: Id }> {
  const removed = await deps.database.queries
    .delete(providers)
    .where(and(eq(providers.id, providerId), ownedBy(ownerId)))
    .returning({ id: providers.id })
  if (removed.length === 0) throw notFound('Provider')
  await deps.providers.announce()
  return { providerId }
}

/** The oldest first. */
export async function readProviders(deps: ChangeProviderDeps, ownerId: Owner): Promise<Provider[]> {
  const rows = await deps.database.queries
    .select()
    .from(providers)
    .where(ownedBy(ownerId))
    .orderBy(providers.createdAt, providers.id)
  return rows.map((row) => rowToProvider(row, deps.providers.cipher))
}

/** @throws Refusal NOT_FOUND, or BAD_REQUEST that names the field. That the provider fails is the result. */
export async function testStoredOrNew(
  deps: ChangeProviderDeps,
  ownerId: Owner,
  input: z.output<typeof providersTestInput>,
): Promise<ProviderTest> {
  const { providerId } = input
  const before = providerId === undefined ? null : await readProvider(deps.database.queries, ownerId, providerId)
  const kind = before?.kind ?? input.kind
  if (kind === undefined) throw badField('kind', 'is required for a provider that is not saved')
  const baseUrl = checkBaseUrl(deps, ownerId, input.baseUrl ?? before?.baseUrl ?? providerBaseUrls[kind])
  if (before) checkKeyIsForHost(before, baseUrl, input.key)
  const stored = before && input.key === undefined ? rowToStored(before, deps.providers.cipher) : null
  return await tryProvider(deps, {
    name: before?.name ?? kindToName(kind) ?? new URL(baseUrl).host,
    kind,
    baseUrl,
    key: stored?.key ?? input.key ?? null,
    isKeyUnreadable: stored?.isKeyUnreadable ?? false,
    isOwn: ownerId !== null,
    model: input.model ?? before?.defaultModel ?? null,
  })
}

async function readProvider(queries: Pick<Queries, 'select'>, ownerId: Owner, providerId: Id): Promise<ProviderRow> {
  const [row] = await queries
    .select()
    .from(providers)
    .where(and(eq(providers.id, providerId), ownedBy(ownerId)))
  if (!row) throw notFound('Provider')
  return row
}

function ownedBy(ownerId: Owner) {
  return ownerId === null ? isNull(providers.ownerId) : eq(providers.ownerId, ownerId)
}

function keyToColumns({ providers: { cipher } }: ChangeProviderDeps, key: string | null, id: Id) {
  return key === null ? { encryptedKey: null, keyHint: null } : { encryptedKey: cipher.encrypt(key, id), keyHint: keyToHint(key) }
}

/** The name of a host may lead inside, too: that is found out at each connection. */
function checkBaseUrl({ isInsideAddress }: ChangeProviderDeps, ownerId: Owner, baseUrl: string | null): string {
  if (baseUrl === null) throw badField('baseUrl', 'is required for this kind of provider')
  if (ownerId === null) return baseUrl
  const host = new URL(baseUrl).hostname.replaceAll(/^\[|\]$/gu, '')
  const isInside = isIP(host) === 0 ? isLocalHost(host) : isInsideAddress(host)
  if (isInside) throw badField('baseUrl', 'must be an address on the internet: this one is inside of the server’s network')
  return baseUrl
}

/** A stored key never goes to another host than the one that it was entered for. */
function checkKeyIsForHost(before: ProviderRow, baseUrl: string, key: string | null | undefined): void {
  if (before.encryptedKey === null || key !== undefined) return
  if (new URL(baseUrl).origin === new URL(before.baseUrl).origin) return
  throw badField('key', 'must be entered again, since the address is another one')
}

function checkDefaultModel(models: readonly string[] | null, defaultModel: string): void {
  if (models !== null && !models.includes(defaultModel)) throw badField('defaultModel', 'is not among the models')
}

function toKeptDefault(before: string, models: readonly string[] | null): string {
  return models === null || models.includes(before) ? before : (models[0] ?? before)
}

async function findUsualModel(
  { makeProvider }: ChangeProviderDeps,
  provider: { ownerId: Owner; name: string; kind: ProviderKind; baseUrl: string; key: string | null },
): Promise<string> {
  const { ownerId, kind } = provider
  const made = makeProvider({ ...provider, isKeyUnreadable: false, defaultModel: '', isOwn: ownerId !== null })
  const { models, error } = await listChatModels(made)
  const model = chooseUsualModel(kind, models)
  if (model !== null) return model
  throw badField('defaultModel', error ? `is required, since the list of models cannot be read. ${error.message}` : 'is required')
}

const names: Partial<Record<ProviderKind, string>> = {
  openai: 'OpenAI',
  gemini: 'Google Gemini',
  anthropic: 'Anthropic',
  mistral: 'Mistral',
  groq: 'Groq',
  openrouter: 'OpenRouter',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  vllm: 'vLLM',
}

function kindToName(kind: ProviderKind): string | null {
  return names[kind] ?? null
}
