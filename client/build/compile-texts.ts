import type { Plugin } from 'vite'

/** Texts are compiled when the page is built, not by every page that shows them. */
export function compileTexts(): Plugin {
  return {
    name: 'holdfast:compile-texts',
    apply: 'build',
    load: async (id) => {
      if (!id.endsWith('/i18n/compiled-english.ts')) return null
      const { compiledEnglish } = (await import(id)) as { compiledEnglish: object }
      return `export const compiledEnglish = ${JSON.stringify(compiledEnglish)}`
    },
  }
}
