import type { WireSchema } from '../tools/schema-to-wire.ts'

/** What some provider refuses in a tool's schema. The other server validates anyway. */
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
const maxDepth = 12
/** More of it than this is not worth its tokens in every request: the description has to do. */
const maxLength = 16_000

type JsonObject = Record<string, unknown>

/**
 * The schema of another server's tool, which may be any JSON schema, as one that providers accept: an object without references,
 * `const`, `null` types and rules that only some know. One that is too large, or nested too deeply, becomes "any object".
 */
export function jsonSchemaToWire(schema: unknown): WireSchema {
  const root = isObject(schema) ? schema : {}
  const { value, isTooDeep } = convertRoot(root)
  const properties = isObject(value['properties']) ? value['properties'] : {}
  const required = Array.isArray(value['required']) ? value['required'].filter((name) => Object.hasOwn(properties, name)) : []
  const wire = { type: 'object', properties, ...(required.length > 0 ? { required } : {}) }
  return isTooDeep || JSON.stringify(wire).length > maxLength ? { type: 'object', properties: {} } : wire
}

function convertRoot(root: JsonObject): { value: JsonObject; isTooDeep: boolean } {
  let isTooDeep = false
  const convert = (part: unknown, depth: number): unknown => {
    if (!isObject(part)) return part === true ? {} : part
    if (depth > maxDepth) {
      isTooDeep = true
      return {}
    }
    const reference = part['$ref']
    if (typeof reference === 'string') {
      const { $ref: _, ...beside } = part
      return convert({ ...resolve(root, reference), ...beside }, depth + 1)
    }
    const result: JsonObject = {}
    for (const [key, value] of Object.entries(part)) {
      if (dropped.has(key)) continue
      else if (key === 'properties' && isObject(value)) {
        result[key] = Object.fromEntries(Object.entries(value).map(([name, property]) => [name, convert(property, depth + 1)]))
      } else if (key === 'const') result['enum'] = [value]
      else if (key === 'exclusiveMinimum' && typeof value === 'number') result['minimum'] = value
      else if (key === 'exclusiveMaximum' && typeof value === 'number') result['maximum'] = value
      else if (key === 'type' && Array.isArray(value)) result['type'] = value.find((type) => type !== 'null') ?? 'string'
      else if (Array.isArray(value) && /^(?:anyOf|oneOf|allOf|prefixItems)$/u.test(key)) {
        result[key === 'oneOf' ? 'anyOf' : key] = value.map((one) => convert(one, depth + 1))
      } else if (isObject(value)) result[key] = convert(value, depth + 1)
      else result[key] = value
    }
    return result
  }
  const value = convert(root, 0)
  return { value: isObject(value) ? value : {}, isTooDeep }
}

/** What a reference inside of the same document points at. */
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
