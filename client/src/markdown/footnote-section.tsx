import '../i18n/markdown-english.ts'
import type { Element, Nodes as HastNodes, Root as HastRoot } from 'hast'
import type { FootnoteDefinition, FootnoteReference, Paragraph, Root } from 'mdast'
import { toHast } from 'mdast-util-to-hast'
import { memo, useMemo } from 'react'
import { useText, type Text } from '../i18n/use-text.ts'
import { findReferences, type Definitions } from './document/definitions.ts'
import { toName } from './document/parse-markdown.ts'
import { toNeeded, type BlocksProps } from './needed-definitions.ts'
import { hastToElement, textHandlers } from './node-to-element.ts'

/** The footnotes of a text, in the order of their first references. */
export const FootnoteSection = memo(function FootnoteSection({ definitions, prefix }: BlocksProps) {
  const text = useText()
  const notes = useMemo(() => readNotes(definitions), [definitions])
  if (notes === null) return <WholeSection definitions={definitions} prefix={prefix} />
  return (
    <section data-footnotes className="footnotes">
      <h3 className="sr-only" id={`${prefix}footnote-label`}>
        {text('markdown.footnotes')}
      </h3>
      <ol>
        {notes.map(({ note, count }, index) => (
          <Footnote key={index} note={note} count={count} number={index + 1} {...toNeeded([note], { definitions, prefix })} />
        ))}
      </ol>
    </section>
  )
})

interface Note {
  readonly note: FootnoteDefinition
  /** Number of references to it. */
  readonly count: number
}

/** Null if a note refers to another one: they must be rendered together to be numbered. */
function readNotes({ numbers, footnotes }: Definitions): readonly Note[] | null {
  const notes: Note[] = []
  for (const [reference, { number, occurrence }] of numbers) {
    const note = footnotes.get(toName(reference.identifier))
    if (note) notes[number - 1] = { note, count: occurrence }
  }
  return notes.some(({ note }) => (findReferences(note)?.footnotes.length ?? 0) > 0) ? null : notes
}

interface FootnoteProps extends BlocksProps, Note {
  readonly number: number
}

const Footnote = memo(function Footnote({ note, count, number, definitions, prefix }: FootnoteProps) {
  const text = useText()
  return useMemo(() => {
    const { identifier, label } = note
    const references = Array.from({ length: count }, (): FootnoteReference => {
      return { type: 'footnoteReference', identifier, ...(label == null ? {} : { label }) }
    })
    const section = notesToSection({ references, notes: [note], definitions, prefix, text, before: number - 1 })
    const list = section?.children.findLast((child): child is Element => child.type === 'element')
    const item = list?.children.find((child): child is Element => child.type === 'element')
    return item ? hastToElement(item) : null
  }, [note, count, number, definitions, prefix, text])
})

const WholeSection = memo(function WholeSection({ definitions, prefix }: BlocksProps) {
  const text = useText()
  return useMemo(() => {
    const references = [...definitions.numbers.keys()]
    const section = notesToSection({
      references,
      notes: [...definitions.footnotes.values()],
      definitions,
      prefix,
      text,
      before: 0,
    })
    return section ? hastToElement(section) : null
  }, [definitions, prefix, text])
})

interface SectionOptions extends BlocksProps {
  readonly references: readonly FootnoteReference[]
  readonly notes: readonly FootnoteDefinition[]
  readonly text: Text
  /** Number of notes before these. */
  readonly before: number
}

function notesToSection({ references, notes, definitions, prefix, text, before }: SectionOptions): Element | undefined {
  const paragraph: Paragraph = { type: 'paragraph', children: [...references] }
  const root: Root = { type: 'root', children: [paragraph, ...notes, ...definitions.links.values()] }
  const tree = toHast(root, {
    handlers: textHandlers,
    clobberPrefix: prefix,
    footnoteLabelTagName: 'h1',
    footnoteLabel: text('markdown.footnotes'),
    footnoteBackLabel: (reference, again) => {
      const number = before + reference + 1
      return text('markdown.footnote.back', { number: again > 1 ? `${number}-${again}` : `${number}` })
    },
  }) as HastRoot
  const section = tree.children.findLast((child): child is Element => child.type === 'element' && child.tagName === 'section')
  if (section) ownLabel(section, prefix)
  return section
}

/** mdast-util-to-hast gives every heading the same id; a page can hold several answers. */
function ownLabel(node: HastNodes, prefix: string): void {
  if (node.type !== 'element') return
  if (node.properties['id'] === 'footnote-label') node.properties['id'] = `${prefix}footnote-label`
  if (node.properties['ariaDescribedBy'] !== undefined) node.properties['ariaDescribedBy'] = [`${prefix}footnote-label`]
  for (const child of node.children) ownLabel(child, prefix)
}
