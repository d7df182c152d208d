import { memo, useMemo } from 'react'
import ReactMarkdown, { defaultUrlTransform } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import remend from 'remend'
import type { MarkdownProps } from './markdown.tsx'
import { markdownComponents } from './markdown-components.tsx'
import { collectDefinitions, splitBlocks } from './split-blocks.ts'

/**
 * A model's text as formatted text. Nothing in it can run, load or send anything: raw HTML is shown as text, links go to web and
 * mail addresses only, pictures of other sites are links until a person follows them.
 */
export const LoadedMarkdown = memo(function LoadedMarkdown({ text, isGrowing = false }: MarkdownProps) {
  const blocks = useMemo(() => splitBlocks(text), [text])
  const definitions = useMemo(() => collectDefinitions(text), [text])
  return (
    <div className="prose" dir="auto">
      {blocks.map((block, index) => {
        const isTail = isGrowing && index === blocks.length - 1
        // A block keeps its place while the text grows, so its index is its identity.
        return <Block key={index} source={isTail ? completeTail(block) : block} definitions={toNeeded(definitions, block)} />
      })}
    </div>
  )
})

interface BlockProps {
  readonly source: string
  readonly definitions: string
}

const plugins = [[remarkGfm, { singleTilde: false }]] as const

/** Parsed once per text: a settled block is never looked at again. */
const Block = memo(function Block({ source, definitions }: BlockProps) {
  return (
    <div className="markdown-block">
      <ReactMarkdown remarkPlugins={plugins as unknown as []} components={markdownComponents} urlTransform={defaultUrlTransform}>
        {definitions === '' ? source : `${source}\n\n${definitions}`}
      </ReactMarkdown>
    </div>
  )
})

function toNeeded(definitions: string, block: string): string {
  return definitions !== '' && block.includes('[') ? definitions : ''
}

/** Closes what is open at the end of a text that still grows, so that it does not change its shape with the next word. */
function completeTail(block: string): string {
  return remend(block, { linkMode: 'text-only', katex: false })
}
