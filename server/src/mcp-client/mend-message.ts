/** A tool that cannot be used, and why. */
export interface LeftOutTool {
  readonly name: string
  readonly reason: string
}

/**
 * A message of an MCP server with small faults put right, before the SDK checks it as a whole: without this, one odd tool takes all
 * others of its server away, and one odd block the whole result of a call. Tools that cannot be used are left out and passed to
 * `onTools`, once for each page of a list.
 */
export function mendMessage(message: unknown, onTools: (leftOut: readonly LeftOutTool[]) => void): unknown {
  const result = isRecord(message) ? message['result'] : undefined
  if (!isRecord(message) || !isRecord(result)) return message
  if (Array.isArray(result['tools'])) {
    const mended = result['tools'].map(mendTool)
    onTools(mended.flatMap((tool) => ('leftOut' in tool ? [tool.leftOut] : [])))
    return { ...message, result: { ...result, tools: mended.flatMap((tool) => ('tool' in tool ? [tool.tool] : [])) } }
  }
  if (result['resultType'] === 'task' && typeof result['taskId'] === 'string') return { ...message, result: taskToResult(result) }
  if ('content' in result || 'structuredContent' in result) return { ...message, result: mendResult(result) }
  return message
}

/** Where the id of a task stands in the result of a call that the server has made a task of. */
export const taskMetaKey = 'holdfast/task'

/** The SDK refuses a result of the extension for tasks as a whole, so the task travels in the metadata of an empty one. */
function taskToResult({ taskId }: JsonRecord): JsonRecord {
  return { resultType: 'complete', content: [], _meta: { [taskMetaKey]: taskId } }
}

/** The result of a call that came in another way than as its answer, with its small faults put right. */
export function mendCallResult(result: unknown): JsonRecord {
  return mendResult(isRecord(result) ? result : {})
}

type JsonRecord = Readonly<Record<string, unknown>>

function mendTool(tool: unknown, index: number): { tool: JsonRecord } | { leftOut: LeftOutTool } {
  const name = isRecord(tool) ? tool['name'] : undefined
  if (!isRecord(tool) || typeof name !== 'string' || name === '') {
    return { leftOut: { name: `number ${index + 1}`, reason: 'it has no name' } }
  }
  const { inputSchema: given, title, description, annotations, execution, _meta } = tool
  const schema = given === undefined || given === null || given === true ? {} : given
  if (!isRecord(schema) || (schema['type'] ?? 'object') !== 'object') {
    return { leftOut: { name, reason: 'its input is not an object' } }
  }
  const { properties, required, ...more } = schema
  const inputSchema = {
    ...more,
    type: 'object',
    ...(isRecord(properties) && { properties }),
    ...(Array.isArray(required) && { required: required.filter((entry) => typeof entry === 'string') }),
  }
  return {
    tool: {
      name,
      inputSchema,
      ...(typeof title === 'string' && { title }),
      ...(typeof description === 'string' && { description }),
      ...(isRecord(annotations) && { annotations: mendAnnotations(annotations) }),
      ...(isRecord(execution) && { execution }),
      ...(isRecord(_meta) && { _meta }),
    },
  }
}

function mendAnnotations(annotations: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key, value]) => typeof value === (key === 'title' ? 'string' : 'boolean')),
  )
}

function mendResult(result: JsonRecord): JsonRecord {
  const { content, structuredContent, isError, ...more } = result
  const given = Array.isArray(content) ? content : content === undefined || content === null ? [] : [content]
  const blocks = given.map(mendBlock)
  const isStructured = isRecord(structuredContent)
  const isLoose = !isStructured && structuredContent !== undefined && structuredContent !== null
  return {
    ...more,
    content: isLoose ? [...blocks, toText(structuredContent)] : blocks,
    ...(isStructured && { structuredContent }),
    ...(typeof isError === 'boolean' && { isError }),
  }
}

const mimeType = (block: JsonRecord) => typeof block['mimeType'] === 'string'

function mendBlock(block: unknown): JsonRecord {
  if (!isRecord(block)) return toText(block)
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string'
        ? block
        : { type: 'text', text: block['text'] == null ? '' : stringify(block['text']) }
    case 'image':
    case 'audio':
      return typeof block['data'] === 'string' && mimeType(block) ? block : toText(block)
    case 'resource_link':
      return typeof block['uri'] === 'string' && typeof block['name'] === 'string' ? block : toText(block)
    case 'resource': {
      const resource = block['resource']
      const isWhole = isRecord(resource) && typeof resource['uri'] === 'string'
      return isWhole && (typeof resource['text'] === 'string' || typeof resource['blob'] === 'string') ? block : toText(block)
    }
    default:
      return toText(block)
  }
}

function toText(value: unknown): JsonRecord {
  return { type: 'text', text: stringify(value) }
}

function stringify(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
