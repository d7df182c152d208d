import type { ReactNode } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { Streamdown } from 'streamdown'
import { FormattedText } from '../../src/markdown/formatted-text.tsx'

/** The compared renderers of a growing text: ours, the usual approach, and a popular library. */
export const renderers: Readonly<Record<string, (text: string, isGrowing: boolean) => ReactNode>> = {
  ours: (text, isGrowing) => <FormattedText text={text} isGrowing={isGrowing} />,
  'react-markdown': (text) => <ReactMarkdown remarkPlugins={[remarkGfm]}>{text}</ReactMarkdown>,
  streamdown: (text, isGrowing) => (
    <Streamdown mode="streaming" isAnimating={isGrowing}>
      {text}
    </Streamdown>
  ),
}
