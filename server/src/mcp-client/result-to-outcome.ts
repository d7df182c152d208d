import { isDeepStrictEqual } from 'node:util'
import type { CallToolResult } from '@modelcontextprotocol/client'
import type { Json } from '@holdfast/shared'
import { isTooDeep } from '../tools/json-depth.ts'
import type { ToolOutcome } from '../tools/tool-runner.ts'

const maxErrorLength = 4_000
/** Every reader of the conversation gets a result, whole. */
const maxResultLength = 256_000

/**
 * The result of another server's tool, as JSON: its structured content, and the text of its blocks besides; without structured content its
 * text (read, where that is JSON itself), or a list of its blocks. Pictures and sound are named, not kept. More than 100 levels are an
 * error; of more than 256,000 characters the first are kept, as text.
 */
export function resultToOutcome(result: CallToolResult): ToolOutcome {
  return limitSize(toOutcome(result))
}

function toOutcome({ content, structuredContent, isError }: CallToolResult): ToolOutcome {
  const blocks = content.map(blockToJson)
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
  if (blocks.length !== 1 || first === undefined) return { result: blocks }
  const result = toValue(first)
  return isTooDeep(result) ? tooDeep : { result }
}

function limitSize(outcome: ToolOutcome): ToolOutcome {
  if ('error' in outcome) return outcome
  const { result } = outcome
  const text = typeof result === 'string' ? result : JSON.stringify(result)
  if (text.length <= maxResultLength) return outcome
  return { result: `${text.slice(0, maxResultLength).toWellFormed()}… (cut: ${text.length} characters in all)` }
}

const tooDeep = { error: 'the result is nested more than 100 levels deep' }

function toValue(block: Json): Json {
  return typeof block === 'string' ? textToJson(block) : block
}

function blockToJson(block: CallToolResult['content'][number]): Json {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
    case 'audio':
      return { type: block.type, mimeType: block.mimeType, bytes: Math.floor((block.data.length * 3) / 4), note: 'not kept' }
    case 'resource_link':
      return { type: block.type, uri: block.uri, name: block.name }
    case 'resource': {
      const { resource } = block
      return 'text' in resource
        ? { type: block.type, uri: resource.uri, text: resource.text }
        : { type: block.type, uri: resource.uri, bytes: Math.floor((resource.blob.length * 3) / 4), note: 'not kept' }
    }
    default:
      block satisfies never
      return null
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
