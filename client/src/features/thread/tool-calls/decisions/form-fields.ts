/** A field of a form that a tool asks to be filled in, as far as the protocol allows one. */
export interface FormField {
  readonly name: string
  readonly label: string
  readonly hint: string | null
  readonly isRequired: boolean
  readonly control:
    | {
        readonly type: 'text'
        readonly inputType: 'text' | 'email' | 'url' | 'date' | 'datetime-local'
        readonly minLength?: number
        readonly maxLength?: number
      }
    | { readonly type: 'number'; readonly isWhole: boolean; readonly min?: number; readonly max?: number }
    | { readonly type: 'boolean' }
    | { readonly type: 'choice' | 'choices'; readonly options: readonly { readonly value: string; readonly label: string }[] }
  readonly initial: FieldValue
}

export type FieldValue = string | boolean | readonly string[]

type JsonObject = Readonly<Record<string, unknown>>

const inputTypes: Readonly<Record<string, 'email' | 'url' | 'date' | 'datetime-local'>> = {
  email: 'email',
  uri: 'url',
  date: 'date',
  'date-time': 'datetime-local',
}

/** The fields of a JSON Schema, in its order. A property of a kind that the protocol does not know is a text. */
export function schemaToFields(schema: unknown): FormField[] {
  const { properties, required } = toObject(schema)
  const needed = new Set(Array.isArray(required) ? required : [])
  return Object.entries(toObject(properties)).map(([name, property]) => toField(name, toObject(property), needed.has(name)))
}

function toField(name: string, property: JsonObject, isRequired: boolean): FormField {
  const control = toControl(property)
  const fallback = control.type === 'boolean' ? false : control.type === 'choices' ? [] : ''
  return {
    name,
    label: toText(property['title']) ?? name,
    hint: toText(property['description']),
    isRequired,
    control,
    initial: toInitial(property['default'], control.type) ?? fallback,
  }
}

function toControl(property: JsonObject): FormField['control'] {
  const { type } = property
  if (type === 'boolean') return { type }
  if (type === 'number' || type === 'integer') {
    return { type: 'number', isWhole: type === 'integer', ...pick(property, { minimum: 'min', maximum: 'max' }) }
  }
  if (type === 'array') return { type: 'choices', options: toOptions(toObject(property['items'])) }
  const options = toOptions(property)
  if (options.length > 0) return { type: 'choice', options }
  const inputType = inputTypes[toText(property['format']) ?? ''] ?? 'text'
  return { type: 'text', inputType, ...pick(property, { minLength: 'minLength', maxLength: 'maxLength' }) }
}

/** The protocol has titles of choices in `oneOf` or `anyOf`, and in the older `enumNames`. */
function toOptions(property: JsonObject): { value: string; label: string }[] {
  const titled = [property['oneOf'], property['anyOf']].find(Array.isArray) as unknown[] | undefined
  if (titled) {
    return titled.map(toObject).flatMap((option) => {
      const value = toText(option['const'])
      return value === null ? [] : [{ value, label: toText(option['title']) ?? value }]
    })
  }
  const names = Array.isArray(property['enumNames']) ? property['enumNames'] : []
  const values = Array.isArray(property['enum']) ? property['enum'] : []
  return values
    .filter((value) => typeof value === 'string')
    .map((value, index) => ({ value, label: toText(names[index]) ?? value }))
}

function toInitial(value: unknown, type: FormField['control']['type']): FieldValue | null {
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (type === 'choices') return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : null
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** What was filled in, as the schema wants it. An empty field that is not needed is left out. */
export function valuesToContent(
  fields: readonly FormField[],
  values: Readonly<Record<string, FieldValue>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ name, control, isRequired, initial }): [string, unknown][] => {
      const value = values[name] ?? initial
      if (value === '' && !isRequired) return []
      if (control.type === 'number') return [[name, Number(value)]]
      if (control.type === 'text' && control.inputType === 'datetime-local')
        return [[name, new Date(String(value)).toISOString()]]
      if (control.type === 'choices' && Array.isArray(value) && value.length === 0 && !isRequired) return []
      return [[name, value]]
    }),
  )
}

function pick(from: JsonObject, names: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = from[key]
      return typeof value === 'number' ? [[name, value]] : []
    }),
  )
}

function toObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
