import type { WireSchema } from './schema-to-wire.ts'

/** Keywords that some provider refuses in a tool's schema. The MCP server validates the arguments anyway. */
const dropped = new Set([
  '$schema',
  '$id',
  '$anchor',
  '$comment',
  '$defs',
  'definitions',
  'additionalProperties',
  'unevaluatedProperties',
  'patternProperties',
  'propertyNames',
  'pattern',
  'format',
  'default',
  'examples',
  'contentEncoding',
  'contentMediaType',
  'x-mcp-header',
])
/** More of it than this is not worth its tokens in every request: the description has to do. */
const maxLength = 16_000
/** References can make a few lines unfold without end. */
const maxParts = 1_000

type JsonObject = Record<string, unknown>

/**
 * The schema of another server's tool, which may be any JSON schema, as one that providers accept: an object without references,
 * `const`, `null` types and rules that only some know. Where it refers to itself anything goes; one that is too large becomes "any
 * object".
 */
export function jsonSchemaToWire(schema: unknown): WireSchema {
  const value = unfold(isObject(schema) ? schema : {})
  const properties = isObject(value['properties']) ? value['properties'] : {}
  const required = Array.isArray(value['required']) ? value['required'].filter((name) => Object.hasOwn(properties, name)) : []
  const wire = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
  return JSON.stringify(wire).length > maxLength ? { type: 'object', properties: {} } : wire
}

function unfold(root: JsonObject): JsonObject {
  let parts = 0
  const convert = (part: unknown, within: readonly string[]): unknown => {
    if (!isObject(part)) return part === true ? {} : part
    parts += 1
    if (parts > maxParts) return {}
    const reference = part['$ref']
    if (typeof reference === 'string') {
      const { $ref: _, ...beside } = part
      const target = within.includes(reference) ? {} : resolve(root, reference)
      return convert({ ...target, ...beside }, [...within, reference])
    }
    const result: JsonObject = {}
    for (const [key, value] of Object.entries(part)) {
      if (!dropped.has(key))
        Object.assign(
          result,
          convertKey(key, value, (inner) => convert(inner, within)),
        )
    }
    return result
  }
  const value = convert(root, ['#'])
  return parts <= maxParts && isObject(value) ? value : {}
}

function convertKey(key: string, value: unknown, convert: (part: unknown) => unknown): JsonObject {
  if (key === 'properties' && isObject(value)) {
    return { properties: Object.fromEntries(Object.entries(value).map(([name, property]) => [name, convert(property)])) }
  }
  if (key === 'const') return { enum: [value] }
  if (key === 'exclusiveMinimum' && typeof value === 'number') return { minimum: value }
  if (key === 'exclusiveMaximum' && typeof value === 'number') return { maximum: value }
  if (key === 'type' && Array.isArray(value)) return { type: value.find((type) => type !== 'null') ?? 'string' }
  if (Array.isArray(value) && /^(?:anyOf|oneOf|allOf|prefixItems)$/u.test(key)) {
    return { [key === 'oneOf' ? 'anyOf' : key]: value.map(convert) }
  }
  return { [key]: isObject(value) ? convert(value) : value }
}

/** Resolves a reference inside the same document. */
function resolve(root: JsonObject, reference: string): JsonObject {
  if (!reference.startsWith('#/')) return {}
  let current: unknown = root
  for (const key of reference.slice(2).split('/')) {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
    current = isObject(current) && Object.hasOwn(current, name) ? current[name] : undefined
  }
  return isObject(current) ? current : {}
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
