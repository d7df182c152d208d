import { isDeepStrictEqual } from 'node:util'
import type { CallToolResult } from '@modelcontextprotocol/client'
import type { Json } from '@holdfast/shared'
import { isTooDeep } from '../tools/json-depth.ts'
import type { KeepToolFile, ToolFile, ToolOutcome } from '../tools/tool-runner.ts'

const maxErrorLength = 4_000
/** Every reader of the conversation gets a result, whole. A longer one becomes a file. */
const maxResultLength = 256_000
/** The characters of a longer one that stay in the result. A model gets no more of it in any case. */
const beginningLength = 60_000

/**
 * The result of another server's tool, as JSON: its structured content, and the text of its blocks besides; without structured content its
 * text (read, where that is JSON itself), or a list of its blocks. Pictures, sound and other files are given to `keepFile`, and named.
 * More than 100 levels are an error. More than 256,000 characters are given to `keepFile`, too, and their first 60,000 stay; where they
 * cannot be kept, the first 256,000 stay.
 */
export async function resultToOutcome(result: CallToolResult, keepFile?: KeepToolFile): Promise<ToolOutcome> {
  const blocks: Json[] = []
  for (const block of result.content) blocks.push(await blockToJson(block, keepFile))
  return limitSize(toOutcome(result, blocks), keepFile)
}

function toOutcome({ structuredContent, isError }: CallToolResult, blocks: readonly Json[]): ToolOutcome {
  if (isError === true) {
    const said = isTooDeep(structuredContent) ? blocks : [...blocks, ...(structuredContent ? [structuredContent] : [])]
    const text = said.map((block) => (typeof block === 'string' ? block : JSON.stringify(block))).join('\n')
    return { error: (text.trim() === '' ? 'the tool failed and did not say why' : text).slice(0, maxErrorLength) }
  }
  if (structuredContent !== undefined) {
    if (isTooDeep(structuredContent)) return tooDeep
    const others = blocks.filter((block) => block !== '' && !isDeepStrictEqual(toValue(block), structuredContent))
    return { result: others.length === 0 ? structuredContent : { structured: structuredContent, content: others } }
  }
  const [first] = blocks
  if (blocks.length !== 1 || first === undefined) return { result: [...blocks] }
  const result = toValue(first)
  return isTooDeep(result) ? tooDeep : { result }
}

async function limitSize(outcome: ToolOutcome, keepFile?: KeepToolFile): Promise<ToolOutcome> {
  if ('error' in outcome) return outcome
  const { result } = outcome
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  if (text.length <= maxResultLength) return outcome
  const base64 = Buffer.from(text).toString('base64')
  const kept = keepFile ? await keepFile({ base64, name: 'result', kind: 'any' }) : null
  if (!kept || 'refused' in kept) {
    return { result: `${text.slice(0, maxResultLength).toWellFormed()}… (cut: ${text.length} characters in all)` }
  }
  return {
    result: {
      note: 'The result is too long to be shown here. The whole is kept as a file, which the user can open; you see its beginning.',
      file: kept.name,
      characters: text.length,
      beginning: text.slice(0, beginningLength).toWellFormed(),
    },
  }
}

const tooDeep = { error: 'the result is nested more than 100 levels deep' }

function toValue(block: Json): Json {
  return typeof block === 'string' ? textToJson(block) : block
}

async function blockToJson(block: CallToolResult['content'][number], keepFile?: KeepToolFile): Promise<Json> {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image': {
      const file: ToolFile = { base64: block.data, name: 'picture', kind: 'picture' }
      return { type: block.type, ...(await fileToJson(file, block.mimeType, keepFile)) }
    }
    case 'audio': {
      const file: ToolFile = { base64: block.data, name: 'recording', kind: 'any' }
      return { type: block.type, ...(await fileToJson(file, block.mimeType, keepFile)) }
    }
    case 'resource_link':
      return { type: block.type, uri: block.uri, name: block.name }
    case 'resource': {
      const { resource } = block
      if ('text' in resource) return { type: block.type, uri: resource.uri, text: resource.text }
      const file: ToolFile = { base64: resource.blob, name: uriToName(resource.uri), kind: 'any' }
      return { type: block.type, uri: resource.uri, ...(await fileToJson(file, resource.mimeType, keepFile)) }
    }
    default:
      block satisfies never
      return null
  }
}

/** What stands in the result in place of a file. A model that takes such files gets it besides. */
async function fileToJson(file: ToolFile, mimeType: string | undefined, keepFile?: KeepToolFile): Promise<Record<string, Json>> {
  const kept = keepFile ? await keepFile(file) : null
  if (kept && 'name' in kept) {
    const { name, mediaType, bytes } = kept
    return {
      name,
      mimeType: mediaType,
      bytes,
      note: 'kept as a file and shown to the user; you see its content only where it is attached',
    }
  }
  const note = kept ? `not kept: ${kept.refused}` : 'not kept'
  return { ...(mimeType === undefined ? {} : { mimeType }), bytes: Math.floor((file.base64.length * 3) / 4), note }
}

function uriToName(uri: string): string {
  const name = uri.split(/[?#]/u, 1)[0]?.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(name)
  } catch (error) {
    if (error instanceof URIError) return name
    throw error
  }
}

/** A text that is an object or a list in JSON is read as such; a number or a word stays what was said. */
function textToJson(text: string): Json {
  if (!/^\s*[[{]/u.test(text)) return text
  try {
    const value: unknown = JSON.parse(text)
    return value ?? text
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}
