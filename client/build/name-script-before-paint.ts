import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const source = new URL('../public/before-paint.js', import.meta.url)

/** Names the script that runs before anything is painted after its content, so that no visit has to ask whether it has changed. */
export function nameScriptBeforePaint(): Plugin {
  let reference = ''
  let name = ''
  return {
    name: 'holdfast:name-script-before-paint',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'asset', name: 'before-paint.js', source: readFileSync(source) })
    },
    generateBundle() {
      name = this.getFileName(reference)
    },
    transformIndexHtml: { order: 'post', handler: (html) => html.replace('/before-paint.js', `/${name}`) },
  }
}
