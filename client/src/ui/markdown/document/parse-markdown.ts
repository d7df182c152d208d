import type { Root } from 'mdast'
import { fromMarkdown, type Options } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import type { Extension, State } from 'micromark-util-types'
import { mathFromMarkdown, mathSyntax } from './math-syntax.ts'

/** Names that are defined elsewhere in the text, normalised: a part of it may refer to them. */
export interface KnownNames {
  readonly links: readonly string[]
  readonly footnotes: readonly string[]
}

const syntax = [gfm({ singleTilde: false }), mathSyntax()]
const mdast = [gfmFromMarkdown(), mathFromMarkdown()]

/** Parses a whole text or a part of one: CommonMark, GitHub's tables, task lists, strikethrough, footnotes and addresses, and formulas. */
export function parseMarkdown(source: string, known: KnownNames): Root {
  const options: Options = { extensions: [...syntax, introduce(known)], mdastExtensions: mdast }
  return fromMarkdown(source, options)
}

/** As the parser compares names of definitions (CommonMark 0.31, section 4.7, "matches"). */
export function toName(label: string): string {
  return label
    .replaceAll(/[\t\n\r ]+/gu, ' ')
    .replaceAll(/^ | $/gu, '')
    .toLowerCase()
    .toUpperCase()
}

/** Tells the parser, before it reads the first line, which names are defined outside of what it reads. */
function introduce(known: KnownNames): Extension {
  let isDone = false
  return {
    document: {
      null: {
        tokenize(_effects, _ok, nok): State {
          if (!isDone) {
            isDone = true
            this.parser.defined.push(...known.links)
            const parser = this.parser as typeof this.parser & { gfmFootnotes?: string[] }
            parser.gfmFootnotes = [...(parser.gfmFootnotes ?? []), ...known.footnotes]
          }
          return nok
        },
      },
    },
  }
}
