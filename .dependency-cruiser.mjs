import { floorsToRules, tests } from './scripts/floors.mjs'

const external = (...names) => names.map((name) => `(?:^|node_modules/)${name}(?:/|$)`)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floorsToRules(),
    {
      name: 'no circle of files',
      comment: 'Two files that need each other are one file, or hide a third that both need.',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true },
    },
    {
      name: 'every import leads somewhere',
      comment: 'The programs of bench/peers run in a folder of their own, with packages that only that bench installs.',
      severity: 'error',
      from: { pathNot: '^bench/peers/programs/' },
      to: { couldNotResolve: true, pathNot: ['^virtual:', '^bun:'] },
    },
    {
      name: 'shared knows only zod',
      comment: 'shared is the contract: what needs more belongs to the server or the client.',
      severity: 'error',
      from: { path: '^shared/src/', pathNot: tests },
      to: { pathNot: ['^shared/src/', ...external('zod')] },
    },
    {
      name: 'drizzle holds tables and migrations',
      comment: 'It may use shared, drizzle-orm, PGlite and postgres. Queries belong to the server.',
      severity: 'error',
      from: { path: '^drizzle/src/', pathNot: tests },
      to: { path: ['^(?:server|client)/', ...external('@trpc', 'express', 'react', 'ws')] },
    },
    {
      name: 'only the edge knows its transports',
      comment:
        'Throw a Refusal, take an AbortSignal, give an async iterable: api/, http/, mcp-server/ and openai-api/ connect it to the network.',
      severity: 'error',
      from: {
        path: '^server/src/',
        pathNot: [tests, '^server/src/(?:api|app|http|mcp-server|openai-api|shares/page)/', '^server/src/main\\.ts$'],
      },
      to: { path: external('express', 'ws', '@trpc') },
    },
    {
      name: 'a router only connects',
      comment: 'A router connects procedures to use cases: it has no HTTP and no queries.',
      severity: 'error',
      from: { path: '^server/src/api/routers/', pathNot: tests },
      to: { path: ['^server/src/http/', ...external('express', 'ws', 'drizzle-orm', '@holdfast/drizzle'), '^drizzle/'] },
    },
    {
      name: 'nothing that is shipped needs the test kit',
      comment: 'server/testing is an entry of its own, and server/test is for our tests alone.',
      severity: 'error',
      from: { path: '^(?:server|client|shared|drizzle)/src/', pathNot: tests },
      to: { path: ['^server/(?:test|testing)/', '^(?:chaos|bench)/'] },
    },
    {
      name: 'the page knows the type of the server and no more',
      comment: 'Code of the server would be shipped to browsers.',
      severity: 'error',
      from: { path: '^client/src/', pathNot: tests },
      to: { path: ['^server/', ...external('@holdfast/server')], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the page does not know the tables',
      comment: 'The page knows the contract (@holdfast/shared).',
      severity: 'error',
      from: { path: '^client/src/' },
      to: { path: ['^drizzle/', ...external('@holdfast/drizzle', 'drizzle-orm')] },
    },
    {
      name: 'the client needs no React',
      comment: 'Others use it without our screens, also in Node; React bindings are in react/.',
      severity: 'error',
      from: { path: '^client/src/sdk/', pathNot: tests },
      to: { path: external('react', 'react-dom', '@trpc/react-query', '@tanstack/react-query') },
    },
    {
      name: 'plain components know no domain',
      comment: 'ui/ and markdown/ get what they show as props, and could be used by another product.',
      severity: 'error',
      from: { path: '^client/src/(?:ui|markdown)/', pathNot: tests },
      to: { path: ['^(?:shared|server)/', ...external('@holdfast', '@trpc', '@tanstack/react-query')] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:dist|lib/src|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
