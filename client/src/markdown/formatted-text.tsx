import { memo, useId, useMemo, useRef, useState } from 'react'
import { BlockGroupView } from './block-view.tsx'
import type { BlockGroup } from './document/block-group.ts'
import { createMarkdownDocument } from './document/create-markdown-document.ts'
import { FootnoteSection } from './footnote-section.tsx'
import { GrowthContext } from './parts/growth-context.ts'
import { toNeededOfGroup } from './needed-definitions.ts'
import type { ParsedText } from './parsed-text.ts'
import { SelectionInGrowingText } from './selection-in-growing-text.tsx'

/** A hidden element for the group before this one, so that the margins between blocks also hold between rows. */
function Before({ group }: { readonly group: BlockGroup }) {
  const last = group.blocks.at(-1)
  const isHeading = last?.kind === 'node' && last.piece.parsed.type === 'heading'
  return <div hidden className={isHeading ? 'was-heading' : undefined} />
}

export interface FormattedTextProps {
  readonly text: string
  /** More text will follow: an unfinished end is completed for display. */
  readonly isGrowing: boolean
  /** Rendered instead of `text`, when the caller has parsed it already. */
  readonly parsed?: ParsedText | null
}

/**
 * Renders a model's Markdown. Nothing in it can run, load or send anything: HTML renders as text, links lead to web and mail addresses
 * only, and images of other sites load only on request. While the text grows, only its unsettled end is parsed and rendered again.
 */
export const FormattedText = memo(function FormattedText({ text, isGrowing, parsed = null }: FormattedTextProps) {
  const [document] = useState(() => createMarkdownDocument())
  const ownPrefix = `note-${useId().replaceAll(/[^\w-]/gu, '')}-`
  const { groups, definitions } = parsed ?? document.update(text, isGrowing)
  const { prefix, before, isEnd } = parsed ?? { prefix: ownPrefix, before: null, isEnd: true }
  const folds = parsed?.folds ?? null
  const growth = useMemo(() => ({ isGrowing, folds }), [isGrowing, folds])
  const textRef = useRef<HTMLDivElement>(null)
  return (
    <GrowthContext value={growth}>
      {/* A translator replaces text nodes, which React would change again. */}
      <div ref={textRef} className="prose" translate={isGrowing ? 'no' : undefined}>
        {before && <Before group={before} />}
        {groups.map((group) => (
          <BlockGroupView key={group.key} group={group} definitions={toNeededOfGroup(group, definitions)} prefix={prefix} />
        ))}
        {isEnd && definitions.numbers.size > 0 && <FootnoteSection definitions={definitions} prefix={prefix} />}
      </div>
      <SelectionInGrowingText textRef={textRef} />
    </GrowthContext>
  )
})
