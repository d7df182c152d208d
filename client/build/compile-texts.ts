import type { Plugin } from 'vite'

/** Compiles the texts at build time instead of in the page. */
export function compileTexts(): Plugin {
  return {
    name: 'holdfast:compile-texts',
    apply: 'build',
    load: async (id) => {
      if (!/\/i18n\/compiled-(?:later-|markdown-)?english\.ts$/u.test(id)) return null
      const { compiledTexts } = (await import(id)) as { compiledTexts: object }
      return `export const compiledTexts = ${JSON.stringify(compiledTexts)}`
    },
  }
}
