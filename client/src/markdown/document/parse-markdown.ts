import type { PhrasingContent, Root } from 'mdast'
import { fromMarkdown, type Options } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { cjkFriendlyExtension } from 'micromark-extension-cjk-friendly'
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough'
import { gfm } from 'micromark-extension-gfm'
import type { Extension, State } from 'micromark-util-types'
import { endLinksAtCjkPunctuation } from './cjk-links.ts'
import { htmlFromMarkdown, htmlSyntax } from './html-syntax.ts'
import { mathFromMarkdown, mathSyntax } from './math-syntax.ts'
import { shapeTree } from './shape-tree.ts'

/** Normalised names that are defined elsewhere in the text, to which the parsed source may refer. */
export interface KnownNames {
  readonly links: readonly string[]
  readonly footnotes: readonly string[]
}

const strikethrough = { singleTilde: false }

/** The grammar. Emphasis beside full-width punctuation follows the rules of markdown-cjk-friendly. */
export const syntaxExtensions: readonly Extension[] = [
  endLinksAtCjkPunctuation(gfm(strikethrough)),
  cjkFriendlyExtension(),
  gfmStrikethroughCjkFriendly(strikethrough),
  mathSyntax(),
  htmlSyntax(),
]
export const mdastExtensions = [gfmFromMarkdown(), mathFromMarkdown(), htmlFromMarkdown()]

/**
 * Parses CommonMark with GitHub's tables, task lists, strikethrough, footnotes and autolinks, with formulas, and with the HTML tags that
 * models write.
 */
export function parseMarkdown(source: string, known: KnownNames): Root {
  return shapeParsed(parseTree(source, { extensions: [...syntaxExtensions, introduce(known)], mdastExtensions }), source, known)
}

/** Makes elements of the known tags in a parsed tree. Changes the tree. */
export function shapeParsed(tree: Root, source: string, known: KnownNames = { links: [], footnotes: [] }): Root {
  return shapeTree(tree, { source, parseInline: (inline) => parseInline(inline, known) })
}

/** A text that overflows the parser's own recursion is shown as it is. */
function parseTree(source: string, options: Options): Root {
  try {
    return fromMarkdown(source, options)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const start = { line: 1, column: 1, offset: 0 }
    const position = { start, end: { line: 1, column: source.length + 1, offset: source.length } }
    return { type: 'root', children: [{ type: 'paragraph', position, children: [{ type: 'text', value: source, position }] }] }
  }
}

/** Parses the content of a line. */
function parseInline(source: string, known: KnownNames): PhrasingContent[] {
  const tree = parseMarkdown(source, known)
  const [first, ...others] = tree.children
  if (source === '') return []
  return first?.type === 'paragraph' && others.length === 0 ? first.children : [{ type: 'text', value: source }]
}

/** Normalises a label as the parser does (CommonMark 0.31, section 4.7, "matches"). */
export function toName(label: string): string {
  return label
    .replaceAll(/[\t\n\r ]+/gu, ' ')
    .replaceAll(/^ | $/gu, '')
    .toLowerCase()
    .toUpperCase()
}

/** Makes names known to the parser before it reads the first line. */
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
