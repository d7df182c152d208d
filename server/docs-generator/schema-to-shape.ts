import type { JsonSchema } from '../src/api/openapi/json-schema.ts'

const lineLength = 110

/** A schema in the notation of TypeScript, with limits and defaults: `{ limit?: 1..100 = 30 }`. */
export function schemaToShape(schema: JsonSchema, indent = ''): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const union = schema.anyOf ?? schema.oneOf
  if (union) return unionToShape(union, indent)
  const { type } = schema
  if (typeof type === 'object') {
    return unionToShape(
      type.map((member) => ({ ...schema, type: member })),
      indent,
    )
  }
  switch (type) {
    case 'object':
      return objectToShape(schema, indent)
    case 'array':
      return arrayToShape(schema, indent)
    case 'integer':
    case 'number':
      return rangeToShape(type, schema)
    case 'string':
      return stringToShape(schema)
    case undefined:
      return 'JSON'
    default:
      return type
  }
}

function unionToShape(members: readonly JsonSchema[], indent: string): string {
  const shapes = members.map((member) => schemaToShape(member, indent))
  const line = shapes.join(' | ')
  if (members.filter((member) => member.type === 'object').length < 2 && line.length < lineLength) return line
  return shapes.map((shape) => `\n${indent}  | ${shape.replaceAll('\n', '\n  ')}`).join('')
}

function objectToShape(schema: JsonSchema, indent: string): string {
  const inner = `${indent}  `
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const isOptional = !(schema.required ?? []).includes(name)
    const start = field.default === undefined ? '' : ` = ${JSON.stringify(field.default)}`
    return `${name}${isOptional ? '?' : ''}: ${schemaToShape(field, inner)}${start}`
  })
  if (fields.length === 0) return '{}'
  const line = `{ ${fields.join(', ')} }`
  if (indent.length + line.length <= lineLength && !line.includes('\n')) return line
  return `{\n${fields.map((field) => `${inner}${field}\n`).join('')}${indent}}`
}

function arrayToShape(schema: JsonSchema, indent: string): string {
  const items = schemaToShape(schema.items ?? {}, indent)
  const size =
    schema.minItems === undefined && schema.maxItems === undefined ? '' : `${schema.minItems ?? 0}..${schema.maxItems ?? ''}`
  return `${/[ |]/u.test(items) && !items.startsWith('{') ? `(${items})` : items}[${size}]`
}

function rangeToShape(type: string, { minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const low = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? null : minimum
  const high = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? null : maximum
  if (exclusiveMinimum !== undefined && high === null) return `${type} > ${exclusiveMinimum}`
  if (low !== null && high !== null) return `${low}..${high}`
  const limit = low !== null ? ` ≥ ${low}` : high !== null ? ` ≤ ${high}` : ''
  return `${type}${limit}`
}

function stringToShape({ format, description, maxLength }: JsonSchema): string {
  if (format === 'uuid' || format === 'date') return format
  if (description !== undefined) return `string (${description})`
  return maxLength === undefined ? 'string' : `string (at most ${maxLength} characters)`
}
