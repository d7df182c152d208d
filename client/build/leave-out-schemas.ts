import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { markSchemas } from './mark-schemas.ts'

/** The page brings along no schema of the contract that it does not use. */
export function leaveOutSchemas(): Plugin {
  const folder = fileURLToPath(new URL('../../shared/src/', import.meta.url))
  return {
    name: 'holdfast:leave-out-schemas',
    apply: 'build',
    enforce: 'post',
    transform: (code, id) => (id.startsWith(folder) ? { code: markSchemas(code), map: null } : null),
  }
}
