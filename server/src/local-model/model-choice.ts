import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { errorToCode } from '../platform/error-codes.ts'
import type { LocalModelPlace } from './local-model-place.ts'

const choiceSchema = z.object({
  /** The name of the model that runs. */
  model: z.string(),
  /** Of the file, as it was checked after the download. */
  file: z.string(),
  /** Of its provider in the database. */
  providerId: z.uuid(),
  /** The process gets the same port and token after a restart, so that nothing else has to change. 0: not chosen yet. */
  port: z.number().int().min(0).max(65_535),
  token: z.string(),
})
export type ModelChoice = z.output<typeof choiceSchema>

/** Null: no model was installed, or a power cut has left a file that says nothing: the server starts all the same. */
export async function readChoice({ choice }: LocalModelPlace): Promise<ModelChoice | null> {
  let text: string
  try {
    text = await readFile(choice, 'utf8')
  } catch (error) {
    if (errorToCode(error) === 'ENOENT') return null
    throw error
  }
  try {
    return choiceSchema.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Old or new after a crash, never a half. */
export async function writeChoice({ directory, choice }: LocalModelPlace, value: ModelChoice): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(`${choice}.new`, JSON.stringify(value), { mode: 0o600 })
  await rename(`${choice}.new`, choice)
}

/** The choice of another model keeps the provider, so that conversations find it. */
export function chooseModel(before: ModelChoice | null, model: { readonly name: string; readonly file: string }): ModelChoice {
  const kept = before ?? { providerId: uuidv7(), port: 0, token: randomBytes(32).toString('base64url') }
  return { ...kept, model: model.name, file: model.file }
}
