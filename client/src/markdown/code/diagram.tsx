import '../../i18n/markdown-english.ts'
import mermaid from 'mermaid'
import { useEffect, useId, useState } from 'react'
import { useText } from '../../i18n/use-text.ts'

/**
 * A Mermaid diagram, drawn on request. It renders as an image, so that nothing in it can run, load or be clicked, whatever the text
 * contains.
 */
export function Diagram({ source }: { readonly source: string }) {
  const text = useText()
  const id = `diagram-${useId().replaceAll(/[^\w-]/gu, '')}`
  const [drawn, setDrawn] = useState<DrawnDiagram | 'failed' | null>(null)
  useEffect(() => {
    let isGone = false
    let address = ''
    const isDark = document.documentElement.dataset['theme'] === 'dark'
    draw(id, source, isDark).then(
      (drawing) => {
        address = drawing.address
        if (isGone) URL.revokeObjectURL(address)
        else setDrawn(drawing)
      },
      () => !isGone && setDrawn('failed'),
    )
    return () => {
      isGone = true
      URL.revokeObjectURL(address)
    }
  }, [id, source])
  if (drawn === null) return <p className="px-3.5 py-3 text-sm text-faint">{text('markdown.diagram.loading')}</p>
  if (drawn === 'failed')
    return (
      <p role="status" className="border-b border-line px-3.5 py-3 text-sm text-soft">
        {text('markdown.diagram.failed')}
      </p>
    )
  return (
    <div
      className="overflow-x-auto border-b border-line bg-raised p-4"
      role="region"
      aria-label={text('markdown.diagram')}
      tabIndex={0}
    >
      <img
        src={drawn.address}
        width={drawn.width}
        height={drawn.height}
        alt={text('markdown.diagram')}
        className="mx-auto max-w-full"
      />
    </div>
  )
}

interface DrawnDiagram {
  readonly address: string
  readonly width: number
  readonly height: number
}

/** An image cannot use the page's fonts, so text is measured in a font that it has. */
const fontFamily = 'system-ui, sans-serif'

async function draw(id: string, source: string, isDark: boolean): Promise<DrawnDiagram> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: isDark ? 'dark' : 'neutral',
    fontFamily,
    htmlLabels: false,
    suppressErrorRendering: true,
  })
  const { svg } = await mermaid.render(id, source)
  const picture = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg')
  if (!picture) throw new Error('nothing was drawn')
  const [, , width = 0, height = 0] = (picture.getAttribute('viewBox') ?? '').split(/[\s,]+/u).map(Number)
  picture.setAttribute('width', String(width))
  picture.setAttribute('height', String(height))
  const content = new XMLSerializer().serializeToString(picture)
  return { address: URL.createObjectURL(new Blob([content], { type: 'image/svg+xml' })), width, height }
}
