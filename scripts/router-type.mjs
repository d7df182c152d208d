/**
 * The declaration of the router, for a client that has no server beside it. What the compiler writes names the server's context and metadata,
 * and with them the types of its database and its libraries: a client needs the shapes of inputs, outputs and errors alone.
 * @param declaration of `server/src/api/app-router.ts`, as the compiler emits it
 * @throws when it names another type of the server
 */
export function declareRouter(declaration) {
  const start = 'export declare const appRouter: '
  const end = ';\nexport type AppRouter = typeof appRouter;'
  const from = declaration.indexOf(start) + start.length
  const to = declaration.indexOf(end)
  if (from < start.length || to < from)
    throw new Error('The declaration of the router has another form: see scripts/router-type.mjs.')
  const imports = new Map()
  const router = declaration
    .slice(from, to)
    .replaceAll(/import\("\.[^"]*"\)\.(?:Context|ProcedureMeta)\b/gu, 'object')
    .replaceAll(/import\("([^."][^"]*)"\)\.(\w+)/gu, (_, module, name) => {
      imports.set(module, (imports.get(module) ?? new Set()).add(name))
      return name
    })
  const inside = /import\("\.[^"]*"\)\.\w+/u.exec(router)
  if (inside) throw new Error(`A procedure gives ${inside[0]}: clients get its types from @holdfast/shared.`)
  // The same for every procedure; most of the text.
  const errorShape = /errorShape: (\{\s*code: [^{}]*data: \{[^{}]*\};\s*\});/u.exec(router)?.[1]
  if (errorShape === undefined) throw new Error('The shape of errors has another form: see scripts/router-type.mjs.')
  const short = router.replaceAll(/errorShape: \{\s*code: [^{}]*data: \{[^{}]*\};\s*\};/gu, 'errorShape: ErrorShape;')
  return [
    ...[...imports].map(([module, names]) => `import type { ${[...names].sort().join(', ')} } from '${module}';`),
    `type ErrorShape = ${errorShape};`,
    '/** Every procedure of Holdfast. */',
    `export type AppRouter = ${short};`,
    '',
  ].join('\n')
}
