import { toLanguage } from './languages.ts'

const extensions: Readonly<Record<string, string>> = {
  bash: 'sh',
  clojure: 'clj',
  csharp: 'cs',
  elixir: 'ex',
  erlang: 'erl',
  haskell: 'hs',
  javascript: 'js',
  julia: 'jl',
  kotlin: 'kt',
  latex: 'tex',
  markdown: 'md',
  matlab: 'm',
  nginx: 'conf',
  ocaml: 'ml',
  perl: 'pl',
  powershell: 'ps1',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shellsession: 'txt',
  solidity: 'sol',
  terraform: 'tf',
  typescript: 'ts',
}

const wholeNames: Readonly<Record<string, string>> = { dockerfile: 'Dockerfile', make: 'Makefile' }

const namePattern = /(?<name>[\w-][\w.-]{0,80}\.[A-Za-z]\w{0,9})/u

/** The file name for saved code: a name from the info string or the first line, or one that fits the language. */
export function toFileName(language: string, meta: string, firstLines: string): string {
  const stated =
    /(?:title|file|filename|name)=["']?(?<path>[^"'\s]+)/u.exec(meta)?.groups?.['path'] ?? (meta.includes('.') ? meta : '')
  const firstLine = firstLines.split('\n')[0] ?? ''
  const comment = /^\s*(?:\/\/|#(?!!)|--|\/\*|<!--)\s*(?:file(?:name)?:\s*)?(?<path>[\w./-]+\.\w+)\s*(?:\*\/|-->)?\s*$/iu.exec(
    firstLine,
  )
  const path = stated === '' ? (comment?.groups?.['path'] ?? '') : stated
  const name = namePattern.exec(path.split('/').at(-1) ?? '')?.groups?.['name']
  if (name !== undefined) return name
  const known = toLanguage(language)
  if (known !== null && wholeNames[known] !== undefined) return wholeNames[known]
  const other = language === 'mermaid' ? 'mmd' : 'txt'
  return `code.${known === null ? other : (extensions[known] ?? known)}`
}
