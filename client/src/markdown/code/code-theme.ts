import type { ThemeRegistrationRaw } from '@shikijs/core'
import type { CodeKind } from './highlight-protocol.ts'

/**
 * A theme whose colours are placeholders for kinds of tokens. The style sheet gives each kind its colour, so that changing between light
 * and dark needs no new highlighting.
 */
const scopesByKind: Readonly<Record<Exclude<CodeKind, ''>, readonly string[]>> = {
  comment: ['comment', 'punctuation.definition.comment'],
  keyword: [
    'keyword',
    'storage',
    'constant.language',
    'variable.language',
    'keyword.operator.new',
    'keyword.operator.expression',
    'keyword.operator.word',
    'support.type.builtin',
  ],
  string: [
    'string',
    'punctuation.definition.string',
    'constant.character',
    'constant.other.symbol',
    'markup.inline.raw',
    'markup.fenced_code',
    'markup.raw',
  ],
  number: ['constant.numeric', 'constant.other.color', 'keyword.other.unit', 'constant.other'],
  function: [
    'entity.name.function',
    'support.function',
    'meta.function-call.generic',
    'variable.function',
    'entity.name.command',
  ],
  type: [
    'entity.name.type',
    'entity.name.class',
    'entity.other.inherited-class',
    'support.class',
    'support.type',
    'entity.name.namespace',
  ],
  property: [
    'variable.other.property',
    'variable.other.object.property',
    'support.type.property-name',
    'meta.object-literal.key',
    'entity.other.attribute-name',
    'support.variable.property',
    'variable.parameter',
    'entity.name.label',
  ],
  tag: ['entity.name.tag', 'markup.heading', 'entity.name.section', 'markup.underline.link'],
  punctuation: ['punctuation', 'keyword.operator', 'meta.brace'],
  inserted: ['markup.inserted'],
  deleted: ['markup.deleted', 'invalid'],
  strong: ['markup.bold', 'markup.italic'],
}

const kinds = Object.keys(scopesByKind) as Exclude<CodeKind, ''>[]
const toColor = (index: number) => `#0000${(index + 1).toString(16).padStart(2, '0')}`
const plainColor = '#000000'

export const codeTheme: ThemeRegistrationRaw = {
  name: 'kinds',
  type: 'light',
  fg: plainColor,
  bg: '#ffffff',
  settings: [
    { settings: { foreground: plainColor } },
    ...kinds.map((kind, index) => ({ scope: [...scopesByKind[kind]], settings: { foreground: toColor(index) } })),
    // Embedded code in strings and templates is code again; operators are not keywords.
    {
      scope: ['meta.template.expression', 'meta.embedded', 'string.template meta.template.expression'],
      settings: { foreground: plainColor },
    },
  ],
}

const kindsByColor = new Map<string, CodeKind>(kinds.map((kind, index) => [toColor(index), kind]))

/** The kind of token that a placeholder colour stands for. */
export function colorToKind(color: string | undefined): CodeKind {
  return kindsByColor.get(color?.toLowerCase() ?? '') ?? ''
}
