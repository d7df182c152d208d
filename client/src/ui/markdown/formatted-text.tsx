import { memo, useId, useRef, useState } from 'react'
import { BlockGroup } from './block-view.tsx'
import { createMarkdownDocument } from './document/create-markdown-document.ts'
import { FootnoteSection } from './footnote-section.tsx'
import { GrowthContext } from './growth-context.ts'
import { useSelectionInGrowingText } from './use-selection-in-growing-text.ts'

export interface FormattedTextProps {
  readonly text: string
  /** More is coming: what is open at the end is shown as it will be. */
  readonly isGrowing: boolean
}

/**
 * A model's text as formatted text. Nothing in it can run, load or send anything: HTML is shown as text, links go to web and mail
 * addresses only, pictures of other sites are not fetched until a person asks for them. While the text grows, only what its end may
 * still change is parsed and rendered again.
 */
export const FormattedText = memo(function FormattedText({ text, isGrowing }: FormattedTextProps) {
  const [document] = useState(createMarkdownDocument)
  const { groups, definitions } = document.update(text, isGrowing)
  const prefix = `note-${useId().replaceAll(/[^\w-]/gu, '')}-`
  // Said once, to what is mounted: nothing is rendered again because the text has ended.
  const [growth] = useState(() => ({ isGrowing }))
  growth.isGrowing = isGrowing
  const textRef = useRef<HTMLDivElement>(null)
  useSelectionInGrowingText(textRef)
  return (
    <GrowthContext value={growth}>
      <div ref={textRef} className="prose">
        {groups.map((blocks, index) => (
          <BlockGroup key={index} blocks={blocks} definitions={definitions} prefix={prefix} />
        ))}
        {definitions.numbers.size > 0 && <FootnoteSection definitions={definitions} prefix={prefix} />}
      </div>
    </GrowthContext>
  )
})
