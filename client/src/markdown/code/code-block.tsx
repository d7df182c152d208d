import '../../i18n/markdown-english.ts'
import { Check, ChevronDown, Copy, Download, WrapText } from 'lucide-react'
import { lazy, memo, Suspense, use, useId, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { loadUntilThere } from '../../lib/load-until-there.ts'
import { Button } from '../../ui/button.tsx'
import { download } from '../../ui/download.ts'
import { useCopy } from '../../ui/use-copy.ts'
import { GrowthContext, type Growth } from '../parts/growth-context.ts'
import { ToolButton } from '../parts/tool-button.tsx'
import { CodeChunk } from './code-chunk.tsx'
import { toFileName } from './file-name.ts'
import { useHighlight } from './use-highlight.ts'

const Diagram = lazy(async () => ({ default: (await loadUntilThere(() => import('./diagram.tsx'))).Diagram }))

/** A longer block of a finished text, in lines, starts folded. */
const foldedLines = 40

export interface CodeBlockProps {
  readonly language: string
  readonly meta: string
  /** The code, 50 lines in each chunk, every line with its line feed. */
  readonly chunks: readonly string[]
  readonly lineCount: number
  /** Offset in the text, by which its fold is remembered. */
  readonly place?: number
}

/** A code block with its language, and buttons to wrap, save and copy it. */
export const CodeBlock = memo(function CodeBlock({ language, meta, chunks, lineCount, place }: CodeBlockProps) {
  const text = useText()
  const id = useId()
  const growth = use(GrowthContext)
  // A block that the reader has watched grow stays open, so that nothing moves.
  const [isFoldable] = useState(() => !growth.isGrowing && lineCount > foldedLines)
  const [isFolded, setFolded] = useState(() => isFoldable && (readFold(growth, place) ?? true))
  const fold = (isShut: boolean) => {
    setFolded(isShut)
    if (place !== undefined) growth.folds?.set(place, isShut)
  }
  const [isWrapped, setWrapped] = useState(false)
  const [isDrawn, setDrawn] = useState(false)
  const highlighted = useHighlight(language, chunks, lineCount)
  const toSource = () => chunks.join('').replace(/\n$/u, '')
  return (
    <div className="group/code overflow-hidden rounded-md border border-line bg-code" dir="ltr">
      <div
        className="flex h-9 items-center border-b border-line pr-1 pl-3.5 text-xs text-faint select-none touch:h-11"
        data-chrome=""
      >
        {/* Generated content, so that selecting and copying takes the answer alone. */}
        <span
          className="mr-auto truncate font-mono before:content-[attr(data-language)]"
          data-language={language || 'text'}
          aria-hidden
        />
        {language === 'mermaid' && (
          <Button size="small" tone="quiet" aria-expanded={isDrawn} onClick={() => setDrawn(!isDrawn)}>
            {text(isDrawn ? 'markdown.diagram.hide' : 'markdown.diagram.show')}
          </Button>
        )}
        <ToolButton
          label={text(isWrapped ? 'markdown.code.unwrap' : 'markdown.code.wrap')}
          isPressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
        >
          <WrapText size={14} aria-hidden />
        </ToolButton>
        <ToolButton
          label={text('markdown.code.download')}
          onClick={() =>
            download(new Blob([...chunks], { type: 'text/plain;charset=utf-8' }), toFileName(language, meta, chunks[0] ?? ''))
          }
        >
          <Download size={14} aria-hidden />
        </ToolButton>
        <CopyCode toSource={toSource} />
      </div>
      {isDrawn && (
        <Suspense fallback={<p className="px-3.5 py-3 text-sm text-faint">{text('markdown.diagram.loading')}</p>}>
          <Diagram source={toSource()} />
        </Suspense>
      )}
      <div className={isFolded ? 'relative max-h-[25rem] overflow-hidden print:max-h-none' : 'relative'}>
        <pre
          id={id}
          className={`overflow-x-auto px-3.5 py-3 font-mono text-[0.84rem] leading-[1.6] print:whitespace-pre-wrap ${isWrapped ? 'wrap-anywhere whitespace-pre-wrap' : ''}`}
          role="region"
          aria-label={text('markdown.code', { language: language || 'text' })}
          tabIndex={0}
        >
          <code>
            {chunks.map((chunk, index) => (
              // The last line's line feed is the parser's.
              <CodeChunk
                key={index}
                source={index === chunks.length - 1 ? chunk.replace(/\n$/u, '') : chunk}
                lines={highlighted[index] ?? null}
              />
            ))}
          </code>
        </pre>
        {isFolded && (
          <div className="pointer-events-none absolute inset-x-0 bottom-0 h-16 bg-linear-to-t from-code to-transparent print:hidden" />
        )}
      </div>
      {isFoldable && <FoldButton id={id} isFolded={isFolded} lineCount={lineCount} onToggle={() => fold(!isFolded)} />}
    </div>
  )
})

function readFold({ folds }: Growth, place: number | undefined): boolean | undefined {
  return place === undefined ? undefined : folds?.get(place)
}

interface FoldButtonProps {
  readonly id: string
  readonly isFolded: boolean
  readonly lineCount: number
  readonly onToggle: () => void
}

function FoldButton({ id, isFolded, lineCount, onToggle }: FoldButtonProps) {
  const text = useText()
  return (
    <button
      type="button"
      data-chrome=""
      className="flex h-9 w-full items-center justify-center gap-1.5 border-t border-line text-xs text-soft transition-colors duration-150 select-none hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 touch:h-11"
      aria-controls={id}
      aria-expanded={!isFolded}
      onClick={onToggle}
    >
      <ChevronDown size={14} aria-hidden className={isFolded ? '' : 'rotate-180'} />
      {isFolded ? text('markdown.code.unfold', { count: lineCount }) : text('markdown.code.fold')}
    </button>
  )
}

function CopyCode({ toSource }: { readonly toSource: () => string }) {
  const text = useText()
  const { isCopied, copy } = useCopy()
  return (
    <ToolButton label={text(isCopied ? 'copy.done' : 'markdown.code.copy')} onClick={() => copy(toSource())}>
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </ToolButton>
  )
}
