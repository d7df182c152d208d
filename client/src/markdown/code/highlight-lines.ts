import { createHighlighterCore, type GrammarState, type HighlighterCore, type LanguageRegistration } from '@shikijs/core'
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'
import { codeTheme, colorToKind } from './code-theme.ts'
import { loadGrammars } from './grammars.ts'
import type { CodeKind, HighlightAnswer, HighlightedLine, HighlightRequest } from './highlight-protocol.ts'
import { toLanguage, type Language } from './languages.ts'

export interface LineHighlighter {
  /** Highlights the lines of a request, and keeps the grammar state behind those that can no longer change. */
  readonly highlight: (request: HighlightRequest) => Promise<HighlightAnswer>
  readonly forget: (block: number) => void
}

interface Progress {
  readonly language: string
  readonly line: number
  readonly state: GrammarState | undefined
}

/** A longer line, in characters, is not highlighted: it is data rather than something to read. */
const maxLineLength = 2_000

/** Highlights growing blocks incrementally: a complete line is highlighted once. */
export function createLineHighlighter(): LineHighlighter {
  let creating: Promise<HighlighterCore> | null = null
  const loaded = new Map<string, Promise<string>>()
  const progressByBlock = new Map<number, Progress>()

  const open = (): Promise<HighlighterCore> =>
    (creating ??= createHighlighterCore({
      themes: [codeTheme],
      langs: [],
      engine: createJavaScriptRegexEngine({ forgiving: true }),
    }))

  /** Loads a language. Returns the highlighter's name for it. */
  const load = (highlighter: HighlighterCore, language: Language): Promise<string> => {
    const known = loaded.get(language)
    if (known) return known
    const loading = loadGrammars(language).then(async (grammars) => {
      const registrations = grammars as LanguageRegistration[]
      await highlighter.loadLanguage(...registrations)
      return registrations.at(-1)?.name ?? language
    })
    loaded.set(language, loading)
    return loading
  }

  return {
    highlight: async ({ block, language, from, text, openLines }) => {
      const known = toLanguage(language)
      if (known === null) return { block, from, lines: null }
      const highlighter = await open()
      const lang = await load(highlighter, known)
      const progress = from === 0 ? { language, line: 0, state: undefined } : progressByBlock.get(block)
      if (progress?.line !== from || progress.language !== language) return { block, from, lines: null }
      const all = text.split('\n')
      const settled = all.slice(0, all.length - openLines)
      const first = toLines(highlighter, lang, settled, progress.state)
      progressByBlock.set(block, { language, line: from + settled.length, state: first.state })
      const rest = toLines(highlighter, lang, all.slice(settled.length), first.state)
      return { block, from, lines: [...first.lines, ...rest.lines] }
    },
    forget: (block) => {
      progressByBlock.delete(block)
    },
  }
}

function toLines(
  highlighter: HighlighterCore,
  lang: string,
  source: readonly string[],
  state: GrammarState | undefined,
): { readonly lines: readonly HighlightedLine[]; readonly state: GrammarState | undefined } {
  if (source.length === 0) return { lines: [], state }
  const options = {
    lang,
    theme: 'kinds',
    tokenizeMaxLineLength: maxLineLength,
    // No limit: a line abandoned half-way would leave a wrong state for all that follow, and the worker blocks nothing.
    tokenizeTimeLimit: 0,
    ...(state ? { grammarState: state } : {}),
  }
  const tokens = highlighter.codeToTokensBase(source.join('\n'), options)
  return { lines: tokens.map(toLine), state: highlighter.getLastGrammarState(tokens) }
}

function toLine(tokens: readonly { readonly content: string; readonly color?: string }[]): HighlightedLine {
  const line: [number, CodeKind][] = []
  let until = 0
  for (const { content, color } of tokens) {
    until += content.length
    const last = line.at(-1)
    const kind = colorToKind(color)
    // White space has no colour: it joins the token before it.
    if (last && (last[1] === kind || content.trim() === '')) last[0] = until
    else line.push([until, kind])
  }
  return line
}
