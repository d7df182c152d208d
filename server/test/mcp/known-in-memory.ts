import type { KnownDefinitions } from '../../src/mcp-client/known-definitions.ts'

/** Remembers definitions for as long as the test runs. */
export function createKnownInMemory(): KnownDefinitions {
  const known = new Map<string, string>()
  return {
    remember: async ({ name, revision = '' }, hashes) =>
      new Map(
        [...hashes].map(([tool, hash]) => {
          const key = JSON.stringify([name, revision, tool])
          known.set(key, known.get(key) ?? hash)
          return [tool, known.get(key) ?? hash]
        }),
      ),
  }
}
