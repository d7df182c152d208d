import type { RootContent } from 'mdast'
import { createUnreadGroup, toGroups, type BlockGroup, type UnreadGroup } from './block-group.ts'
import type { Block, Chunks } from './block.ts'
import { appendToChunks } from './chunks.ts'
import { addDefinitions, mayRefer, noDefinitions, toKnownNames, type Definitions } from './definitions.ts'
import { extendCode, withOpenLine } from './extend-code.ts'
import { findSections } from './find-sections.ts'
import { createFootnoteNumbers } from './footnote-numbers.ts'
import { joinBlocks, nodeToBlock, type SourcePart } from './nodes-to-blocks.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { refreshBlock } from './refresh-block.ts'
import { settle } from './settle.ts'
import { completeBlock, stripJoint, toJoint } from './tail.ts'

/** A text as blocks, in groups of a few. What has not changed since the last time is the same object as then. */
export interface MarkdownSnapshot {
  readonly groups: readonly BlockGroup[]
  readonly definitions: Definitions
}

/** The blocks of one text. A text that continues the one before costs what has been added; any other is read from its beginning. */
export interface MarkdownDocument {
  /** @param isGrowing more is coming: what is open at the end is shown as it will be */
  readonly update: (text: string, isGrowing: boolean) => MarkdownSnapshot
}

/** Blocks in a group. */
const groupLength = 4
/** So much of a text is parsed at a time; more when a single block is longer. */
const windowLength = 8_000

export interface MarkdownDocumentOptions {
  /** A text that begins with more than so many characters is parsed where somebody looks at it. */
  readonly longLength?: number
  /** So long, at least, is what is parsed at a time then. */
  readonly sectionLength?: number
}

interface State {
  text: string
  /** The beginning of a long text, which is parsed where somebody looks at it. It ends where the settled blocks begin. */
  unread: readonly UnreadGroup[]
  /** Up to here everything is settled. */
  cut: number
  settled: Chunks<Block>
  /** The settled beginning of the block in which `cut` lies. */
  open: Block | null
  /** A block that begins here cannot be taken apart after all. */
  unsplitKey: number
  rest: { readonly nodes: readonly RootContent[]; readonly part: SourcePart }
  definitions: Definitions
  /** The end of the text was taken for its end: what it defines is known. */
  isEnded: boolean
}

export function createMarkdownDocument(options: MarkdownDocumentOptions = {}): MarkdownDocument {
  const { longLength = windowLength, sectionLength = 1_000 } = options
  let state = createState()
  let last: { readonly text: string; readonly isGrowing: boolean; readonly snapshot: MarkdownSnapshot } | null = null
  const numberFootnotes = createFootnoteNumbers()
  const normalise = createNormaliser()
  return {
    update: (given, isGrowing) => {
      const text = normalise(given)
      if (last?.text === text && last.isGrowing === isGrowing) return last.snapshot
      if (state.isEnded || !text.startsWith(state.text)) state = createState()
      if (state.text === '' && text.length > longLength) skip(state, text, sectionLength)
      if (text !== state.text) advance(state, text)
      if (!isGrowing) endDefinitions(state)
      const blocks = restToBlocks(state, isGrowing)
      const groups = [...state.unread, ...toGroups(appendToChunks(state.settled, blocks, groupLength))]
      const snapshot = { groups, definitions: numberFootnotes(state.definitions, groups) }
      last = { text, isGrowing, snapshot }
      return snapshot
    },
  }
}

function createState(): State {
  return {
    text: '',
    unread: [],
    cut: 0,
    settled: [],
    open: null,
    unsplitKey: -1,
    rest: { nodes: [], part: { source: '', base: 0 } },
    definitions: noDefinitions,
    isEnded: false,
  }
}

/**
 * One kind of line feed, no mark of byte order, no NUL: what the parser makes of a text, too (CommonMark 0.31, section 2.3). Of a text
 * that has grown, only what is new is looked through.
 */
function createNormaliser(): (given: string) => string {
  let plain = ''
  return (given) => {
    const isNewPlain = !/[\r\0]/u.test(given.startsWith(plain) ? given.slice(plain.length) : given)
    if (isNewPlain && given.charCodeAt(0) !== byteOrderMark) {
      plain = given
      return given
    }
    plain = ''
    const start = given.charCodeAt(0) === byteOrderMark ? given.slice(1) : given
    return start.replaceAll(/\r\n?/gu, '\n').replaceAll('\0', '\u{fffd}')
  }
}

const byteOrderMark = 0xfeff

/** Leaves all but the end of a long text unread, except for what defines something. */
function skip(state: State, text: string, sectionLength: number): void {
  const cuts = findSections(text, sectionLength)
  state.unread = cuts.map((end, index) => toUnread(state, cuts[index - 1] ?? 0, text.slice(cuts[index - 1] ?? 0, end)))
  state.cut = cuts.at(-1) ?? 0
  for (const { source } of state.unread)
    if (mayDefine(source)) define(state, parseMarkdown(source, toKnownNames(state.definitions)).children)
}

function toUnread(state: State, key: number, source: string): UnreadGroup {
  return createUnreadGroup(key, source, () => {
    const part = { source, base: key }
    return toBlocks(null, parseMarkdown(source, toKnownNames(state.definitions)).children, part)
  })
}

function mayDefine(source: string): boolean {
  return /\]:/u.test(source)
}

function advance(state: State, text: string): void {
  state.text = text
  let length = windowLength
  for (;;) {
    if (state.open?.kind === 'code') {
      const { block, cut, isClosed } = extendCode(state.open, text, state.cut)
      state.open = isClosed ? null : block
      state.cut = cut
      if (isClosed) addSettled(state, [block])
      state.rest = { nodes: [], part: { source: '', base: cut } }
      if (isClosed) continue
      return
    }
    const end = text.length - state.cut <= length * 1.5 ? text.length : text.indexOf('\n', state.cut + length) + 1 || text.length
    const isWhole = end === text.length
    const joint = toJoint(state.open)
    const part = { source: joint + text.slice(state.cut, end), base: state.cut - joint.length }
    const parsed = parseMarkdown(part.source, toKnownNames(state.definitions)).children
    const nodes = stripJoint(parsed, state.open)
    const before = state.cut
    const rest = takeSettled(state, nodes, part)
    if (isWhole && rest && !isOpenCode(state)) {
      state.rest = { nodes: rest, part }
      return
    }
    length = state.cut > before ? windowLength : length * 2
  }
}

function isOpenCode({ open }: State): boolean {
  return open?.kind === 'code'
}

/** Settles what can be settled; gives the nodes that are left, or null when the open block has turned out to be another. */
function takeSettled(state: State, nodes: readonly RootContent[], part: SourcePart): readonly RootContent[] | null {
  const first = nodes[0]
  const firstBlock = first ? nodeToBlock(first, part) : null
  if (state.open && firstBlock && !joinBlocks(state.open, firstBlock)) {
    state.unsplitKey = state.open.key
    state.cut = state.open.key
    state.open = null
    return null
  }
  const settled = settle(nodes, part, part.base !== state.unsplitKey)
  addSettled(state, toBlocks(state.open, settled.nodes, part))
  if (settled.nodes.length > 0) state.open = null
  if (settled.open) state.open = state.open ? joinBlocks(state.open, settled.open) : settled.open
  state.cut = Math.max(state.cut, part.base + settled.cut)
  define(state, [...settled.nodes, ...settled.opened])
  return settled.rest
}

/** The blocks of some nodes, the first of which continues the open block. */
function toBlocks(open: Block | null, nodes: readonly RootContent[], part: SourcePart): Block[] {
  const blocks = nodes.map((node) => nodeToBlock(node, part)).filter((block) => block !== null)
  const [first, ...others] = blocks
  if (!open || !first) return blocks
  return [joinBlocks(open, first) ?? first, ...others]
}

function addSettled(state: State, blocks: readonly Block[]): void {
  state.settled = appendToChunks(state.settled, blocks, groupLength)
}

/** Whatever was read before a name was defined, and may mean it, is read again. */
function define(state: State, nodes: readonly RootContent[]): void {
  const { definitions, added } = addDefinitions(state.definitions, nodes)
  if (added.length === 0) return
  state.definitions = definitions
  const known = toKnownNames(definitions)
  const refresh = (block: Block) => refreshBlock(block, added, known)
  state.unread = state.unread.map((group) => {
    if (!group.isRead || !mayRefer(group, added)) return group
    const blocks = group.blocks.map(refresh)
    return createUnreadGroup(group.key, group.source, () => blocks)
  })
  state.settled = state.settled.map((group) => {
    const blocks = group.map(refresh)
    return blocks.every((block, index) => block === group[index]) ? group : blocks
  })
  state.open = state.open && refresh(state.open)
}

function endDefinitions(state: State): void {
  const count = state.definitions.links.size + state.definitions.footnotes.size
  define(state, state.rest.nodes)
  state.isEnded = count !== state.definitions.links.size + state.definitions.footnotes.size
}

/** What stands behind the settled blocks, as it is shown now. */
function restToBlocks(state: State, isGrowing: boolean): Block[] {
  const { open, rest, text, cut } = state
  if (open?.kind === 'code') return [withOpenLine(open, text.slice(cut), isGrowing)]
  const blocks = toBlocks(open, rest.nodes, rest.part)
  if (blocks.length === 0) return open ? [open] : []
  const last = rest.nodes.at(-1)
  // A definition is not shown: the last block stands before it, and is complete.
  if (!isGrowing || !last || last.type === 'definition' || last.type === 'footnoteDefinition') return blocks
  const joined = rest.nodes.length === 1 ? open : null
  return [...blocks.slice(0, -1), ...completeBlock({ node: last, joined, part: rest.part, definitions: state.definitions })]
}
