import { Check, Copy } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import { jsonToShape } from './json-shape.ts'
import { useCopy } from './use-copy.ts'

/** Characters shown before a click on "show all": megabytes of text make the page slow. */
const shownLength = 8_000

/** Renders a JSON value for people: as fields, a table or text, with a copy button. */
export function JsonView({ label, value }: { readonly label: string; readonly value: unknown }) {
  const text = useText()
  const shape = useMemo(() => jsonToShape(value), [value])
  const { isCopied, copy } = useCopy()
  return (
    <div className="min-w-0">
      <div className="mb-1 flex h-6 items-center justify-between">
        <p className="text-xs font-medium text-faint">{label}</p>
        <IconButton
          label={text(isCopied ? 'copy.done' : 'copy')}
          size="small"
          className="-mr-1"
          onClick={() => copy(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
        >
          {isCopied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
        </IconButton>
      </div>
      {shape.kind === 'fields' && (
        <Frame label={label}>
          <dl className="grid grid-cols-[minmax(4rem,auto)_1fr] gap-x-4 gap-y-1 px-3 py-2">
            {shape.fields.map(([name, field]) => (
              <div key={name} className="contents">
                <dt className="font-mono text-faint">{name}</dt>
                <dd className="wrap-anywhere whitespace-pre-wrap">{field}</dd>
              </div>
            ))}
          </dl>
        </Frame>
      )}
      {shape.kind === 'rows' && (
        <Frame label={label}>
          <table className="w-full border-collapse text-left tabular-nums">
            <thead>
              <tr>
                {shape.columns.map((name) => (
                  <th
                    key={name}
                    scope="col"
                    className="border-b border-line px-3 py-1.5 font-mono font-normal whitespace-nowrap text-faint"
                  >
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shape.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={shape.columns[column]} className="max-w-56 truncate px-3 py-1 align-top" title={cell}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {shape.more > 0 && <p className="px-3 py-1.5 text-faint">{text('json.more', { count: shape.more })}</p>}
        </Frame>
      )}
      {(shape.kind === 'text' || shape.kind === 'json') && (
        <LongText label={label} text={shape.text} isCode={shape.kind === 'json'} />
      )}
    </div>
  )
}

function Frame({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div
      className="max-h-72 overflow-auto rounded-sm bg-code text-[0.8rem] leading-relaxed"
      role="group"
      aria-label={label}
      tabIndex={0}
    >
      {children}
    </div>
  )
}

function LongText({ label, text: content, isCode }: { readonly label: string; readonly text: string; readonly isCode: boolean }) {
  const text = useText()
  const [isWhole, setWhole] = useState(false)
  const isCut = !isWhole && content.length > shownLength
  return (
    <>
      <Frame label={label}>
        <pre className={`px-3 py-2 wrap-anywhere whitespace-pre-wrap ${isCode ? 'font-mono text-[0.78rem]' : 'font-sans'}`}>
          {isCut ? `${content.slice(0, shownLength)}…` : content}
        </pre>
      </Frame>
      {isCut && (
        <Button size="small" tone="quiet" className="mt-1" onClick={() => setWhole(true)}>
          {text('json.show-all', { count: content.length })}
        </Button>
      )}
    </>
  )
}
