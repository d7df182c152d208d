import type { CallToolResult } from '@modelcontextprotocol/client'
import type { Json } from '@holdfast/shared'
import type { ToolOutcome } from '../generation/tool-box.ts'

const maxErrorLength = 4_000

/**
 * What another server's tool gave, as JSON: its structured content where there is one, else its text (read, where that is JSON
 * itself), else a list of its blocks. Pictures and sound are named, not kept.
 */
export function resultToOutcome({ content, structuredContent, isError }: CallToolResult): ToolOutcome {
  const blocks = content.map(blockToJson)
  if (isError === true) {
    const text = blocks.map((block) => (typeof block === 'string' ? block : JSON.stringify(block))).join('\n')
    return { error: (text.trim() === '' ? 'the tool failed and did not say why' : text).slice(0, maxErrorLength) }
  }
  if (structuredContent !== undefined) return { result: structuredContent }
  const [first] = blocks
  if (blocks.length !== 1 || first === undefined) return { result: blocks }
  return { result: typeof first === 'string' ? textToJson(first) : first }
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
