import type { Plugin, Rolldown } from 'vite'
import { bundleToFirstScripts, withImports } from './conversation-parts.ts'

/**
 * Fetches the files of a part of the page before it is imported. A module that a browser could not fetch once fails for as long as the
 * page is open, whenever it is imported again (https://html.spec.whatwg.org/#fetch-a-single-module-script: the module map keeps the
 * failure; a preloaded module is in that map, too). A fetch can be repeated, and the import after it is served from the browser's cache.
 * What has been imported is not fetched again: a menu asks for its code whenever the pointer comes.
 *
 * `parts` are addresses beside the importing file: that of the module, then those that it imports.
 */
const importWhole = [
  'const wholes=new Map,importWhole=(parts,base)=>{',
  'const here=part=>new URL(part,base).href,module=here(parts[0]),known=wholes.get(module);',
  'if(known)return known;',
  'const whole=Promise.all(parts.map(async part=>{',
  'const url=here(part),',
  'fail=cause=>{throw new TypeError("Failed to fetch dynamically imported module: "+url,{cause})},',
  'response=await fetch(url).catch(fail);',
  'if(!response.ok)fail(response.status);',
  'await response.arrayBuffer().catch(fail)',
  '})).then(()=>import(module));',
  'wholes.set(module,whole);',
  'whole.catch(()=>wholes.delete(module));',
  'return whole};',
].join('')

export function fetchBeforeImport(): Plugin {
  return {
    name: 'holdfast:fetch-before-import',
    apply: 'build',
    config: () => ({
      build: {
        modulePreload: {
          polyfill: false,
          // Every script of a part is fetched by `importWhole`. A preloaded one could not be tried again.
          resolveDependencies: (_name, dependencies, { hostType }) => (hostType === 'html' ? dependencies : []),
        },
      },
    }),
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const first = bundleToFirstScripts(bundle)
        for (const chunk of Object.values(bundle)) {
          if (chunk.type === 'chunk' && chunk.dynamicImports.length > 0) chunk.code = fetchParts(chunk, bundle, first)
        }
      },
    },
  }
}

function fetchParts(chunk: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle, first: ReadonlySet<string>): string {
  const folder = chunk.fileName.slice(0, chunk.fileName.lastIndexOf('/') + 1)
  let code = chunk.code
  for (const name of new Set(chunk.dynamicImports)) {
    const specifier = `./${name.slice(folder.length)}`
    const statement = ['"', "'", '`'].map((quote) => `import(${quote}${specifier}${quote})`).find((text) => code.includes(text))
    // A statement that this does not find would silently be one that cannot be tried again.
    if (!name.startsWith(folder) || statement === undefined)
      throw new Error(`${chunk.fileName} does not import ${name} as expected`)
    const others = withImports(bundle, name).difference(first)
    others.delete(name)
    const parts = [name, ...others].map((file) => `./${file.slice(folder.length)}`)
    code = code.replaceAll(statement, () => `importWhole(${JSON.stringify(parts)},import.meta.url)`)
  }
  return importWhole + code
}
