import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/**
 * Making a schema changes nothing, which no bundler can see: those of the contract that the page does not use would come along, and with
 * them all of zod. What the page itself checks is written with `zod/mini`.
 */
export function leaveOutSchemas(): Plugin {
  const folder = fileURLToPath(new URL('../../shared/src/', import.meta.url))
  // Fields that several schemas have are kept in an object.
  const isMaking = new Set(['CallExpression', 'ObjectExpression'])
  return {
    name: 'holdfast:leave-out-schemas',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.startsWith(folder)) return null
      const made = this.parse(code).body.flatMap((statement) => {
        const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
        if (declaration?.type !== 'VariableDeclaration') return []
        return declaration.declarations.flatMap(({ init }) => (init && isMaking.has(init.type) ? [init] : []))
      })
      let result = code
      for (const { start, end } of made.toReversed()) {
        result = `${result.slice(0, start)}/* @__PURE__ */ (() => (${result.slice(start, end)}))()${result.slice(end)}`
      }
      return { code: result, map: null }
    },
  }
}
