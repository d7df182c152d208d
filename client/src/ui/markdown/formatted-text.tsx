import { memo, useId, useRef, useState } from 'react'
import { BlockGroupView } from './block-view.tsx'
import type { BlockGroup } from './document/block-group.ts'
import { createMarkdownDocument } from './document/create-markdown-document.ts'
import { FootnoteSection } from './footnote-section.tsx'
import { GrowthContext } from './growth-context.ts'
import { toNeededOfGroup } from './needed-definitions.ts'
import type { ShownText } from './shown-text.ts'
import { useSelectionInGrowingText } from './use-selection-in-growing-text.ts'

/** Not drawn: what follows keeps its distance from what stands before it in another row. */
function Before({ group }: { readonly group: BlockGroup }) {
  const last = group.blocks.at(-1)
  const isHeading = last?.kind === 'node' && last.piece.parsed.type === 'heading'
  return <div hidden className={isHeading ? 'was-heading' : undefined} />
}

export interface FormattedTextProps {
  readonly text: string
  /** More is coming: what is open at the end is shown as it will be. */
  readonly isGrowing: boolean
  /** What is shown instead of the text, when somebody else has parsed it. */
  readonly shown?: ShownText | null
}

/**
 * A model's text as formatted text. Nothing in it can run, load or send anything: HTML is shown as text, links go to web and mail
 * addresses only, pictures of other sites are not fetched until a person asks for them. While the text grows, only what its end may
 * still change is parsed and rendered again.
 */
export const FormattedText = memo(function FormattedText({ text, isGrowing, shown = null }: FormattedTextProps) {
  const [document] = useState(() => createMarkdownDocument())
  const ownPrefix = `note-${useId().replaceAll(/[^\w-]/gu, '')}-`
  const { groups, definitions } = shown ?? document.update(text, isGrowing)
  const { prefix, before, isEnd } = shown ?? { prefix: ownPrefix, before: null, isEnd: true }
  // Said once, to what is mounted: nothing is rendered again because the text has ended.
  const [growth] = useState(() => ({ isGrowing, folds: shown?.folds ?? null }))
  growth.isGrowing = isGrowing
  const textRef = useRef<HTMLDivElement>(null)
  useSelectionInGrowingText(textRef)
  return (
    <GrowthContext value={growth}>
      <div ref={textRef} className="prose">
        {before && <Before group={before} />}
        {groups.map((group) => (
          <BlockGroupView key={group.key} group={group} definitions={toNeededOfGroup(group, definitions)} prefix={prefix} />
        ))}
        {isEnd && definitions.numbers.size > 0 && <FootnoteSection definitions={definitions} prefix={prefix} />}
      </div>
    </GrowthContext>
  )
})
