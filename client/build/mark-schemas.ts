import { parseAst } from 'vite'

// Fields that several schemas have are kept in an object.
const isMaking = new Set(['CallExpression', 'ObjectExpression'])

/**
 * Making a schema changes nothing, which no bundler can see: those of the contract that a program does not use would come along, and with
 * them all of zod. What the client itself checks is written with `zod/mini`.
 * @param code a module of `shared`, as JavaScript
 * @returns the same, with every value that it makes marked as one that can be left out
 */
export function markSchemas(code: string): string {
  const made = parseAst(code).body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration') return []
    return declaration.declarations.flatMap(({ init }) => (init && isMaking.has(init.type) ? [init] : []))
  })
  let result = code
  for (const { start, end } of made.toReversed()) {
    result = `${result.slice(0, start)}/* @__PURE__ */ (() => (${result.slice(start, end)}))()${result.slice(end)}`
  }
  return result
}
