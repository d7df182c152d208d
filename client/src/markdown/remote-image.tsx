import '../i18n/markdown-english.ts'
import { ImageOff, ImageIcon } from 'lucide-react'
import { useRef, useState } from 'react'
import { toFullPath } from '../lib/base-path.ts'
import { useText } from '../i18n/use-text.ts'
import { addressToHost } from './safe-address.ts'

/**
 * An image of another site, loaded on request only: its address could otherwise send parts of the conversation to a third party without
 * a click (CVE-2025-32711). The button names the host.
 */
export function RemoteImage({ address, alt }: { readonly address: string | null; readonly alt: string }) {
  const text = useText()
  const [isAsked, setAsked] = useState(false)
  if (address === null || !/^https?:/u.test(address)) return <span>{alt}</span>
  const host = addressToHost(address)
  if (isAsked) return <FramedImage address={address} alt={alt} host={host} />
  return (
    <button
      type="button"
      className="inline-flex max-w-full items-center gap-2 rounded-sm border border-dashed border-line-strong px-2.5 py-1 text-left align-middle text-sm text-soft transition-colors duration-150 hover:bg-hover hover:text-ink touch:min-h-11"
      title={address}
      onClick={() => setAsked(true)}
    >
      <ImageIcon size={15} aria-hidden className="shrink-0" />
      <span className="wrap-anywhere">{text('markdown.image', { description: alt || text('markdown.image.plain'), host })}</span>
    </button>
  )
}

interface FramedImageProps {
  readonly address: string
  readonly alt: string
  readonly host: string
}

/** The page's content security policy blocks foreign images. This frame is an empty page with its own policy, which allows one. */
const framePath = toFullPath('/picture.html')

function FramedImage({ address, alt, host }: FramedImageProps) {
  const text = useText()
  const frame = useRef<HTMLIFrameElement>(null)
  const [size, setSize] = useState<{ readonly width: number; readonly height: number } | null>(null)
  const [isFailed, setFailed] = useState(false)
  const show = () => {
    const inner = frame.current?.contentDocument
    if (!inner || inner.images.length > 0) return
    const image = inner.createElement('img')
    image.alt = alt
    image.referrerPolicy = 'no-referrer'
    image.style.cssText = 'display: block; width: 100%; height: auto'
    image.addEventListener('load', () => setSize({ width: image.naturalWidth || 300, height: image.naturalHeight || 150 }))
    image.addEventListener('error', () => setFailed(true))
    image.src = address
    inner.documentElement.style.cssText = 'margin: 0; overflow: hidden; color-scheme: light dark'
    inner.body.style.cssText = 'margin: 0'
    inner.body.append(image)
  }
  if (isFailed)
    return (
      <span className="inline-flex items-center gap-2 text-sm text-soft">
        <ImageOff size={15} aria-hidden />
        <span role="status">{text('markdown.image.failed', { host })}</span>
        <a href={address} target="_blank" rel="noopener noreferrer nofollow">
          {text('markdown.image.open')}
        </a>
      </span>
    )
  return (
    <iframe
      ref={frame}
      src={framePath}
      title={text('markdown.image', { description: alt || text('markdown.image.plain'), host })}
      className="block w-full max-w-full rounded-sm border border-line bg-sunken"
      style={size ? { maxWidth: size.width, aspectRatio: `${size.width} / ${size.height}` } : { height: '8rem' }}
      onLoad={show}
    />
  )
}
