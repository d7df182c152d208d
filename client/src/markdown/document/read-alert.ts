import type { Nodes, Paragraph } from 'mdast'

const alertKinds = ['note', 'tip', 'important', 'warning', 'caution'] as const

export type AlertKind = (typeof alertKinds)[number]

export interface Alert {
  readonly kind: AlertKind
  /** The first paragraph without the mark; null if nothing is left. */
  readonly rest: Paragraph | null
}

const mark = new RegExp(`^\\[!(?<kind>${alertKinds.join('|')})\\][ \\t]*\\n?`, 'iu')
const alertsByNode = new WeakMap<Nodes, Alert | null>()

/** Reads GitHub's mark of an alert, such as `[!NOTE]`, from the first node of a quote. Null for any other quote. */
export function readAlert(first: Nodes | undefined): Alert | null {
  if (first?.type !== 'paragraph') return null
  const known = alertsByNode.get(first)
  if (known !== undefined) return known
  const alert = paragraphToAlert(first)
  alertsByNode.set(first, alert)
  return alert
}

function paragraphToAlert(paragraph: Paragraph): Alert | null {
  const [text, ...others] = paragraph.children
  const match = text?.type === 'text' ? mark.exec(text.value) : null
  const kind = alertKinds.find((one) => one === match?.groups?.['kind']?.toLowerCase())
  if (text?.type !== 'text' || !match || kind === undefined) return null
  const value = text.value.slice(match[0].length)
  const behind = value === '' && others[0]?.type === 'break' ? others.slice(1) : others
  const children = value === '' ? behind : [{ ...text, value }, ...others]
  return { kind, rest: children.length === 0 ? null : { ...paragraph, children } }
}
