import type { RootContent } from 'mdast'
import { createLazyGroup, toGroups, type BlockGroup, type LazyGroup } from './block-group.ts'
import type { Block, Chunks } from './block.ts'
import { appendToChunks } from './chunks.ts'
import { addDefinitions, mayRefer, noDefinitions, toKnownNames, type Definitions } from './definitions.ts'
import { extendCode, withOpenLine } from './extend-code.ts'
import { findCuts } from './find-cuts.ts'
import { createFootnoteNumbers } from './footnote-numbers.ts'
import { joinBlocks, nodeToBlock, type ParserInput } from './nodes-to-blocks.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { refreshBlock } from './refresh-block.ts'
import { settle } from './settle.ts'
import { completeBlock, stripJoint, toJoint } from './tail.ts'

/*
 * The blocks of a text that grows by a few characters at a time, as a model writes it.
 *
 * Parsing the whole text for every token costs the square of its length. CommonMark recognises blocks line by line, so most of a growing
 * text can no longer change, whatever follows. The document therefore keeps a position, `cut`, and four parts, in the order of the text:
 *
 *   lazy      groups of the beginning of a long text, parsed when their blocks are first read
 *   settled   blocks that no further text can change
 *   open      the settled beginning of the block in which `cut` lies: items of a list, rows of a table, lines of code
 *   rest      what was parsed behind `cut`, and is parsed again with the next update
 *
 * An update:
 *   1. starts over if the text does not continue the last one
 *   2. leaves all but the end of a long new text lazy (`skip`, `findCuts`)
 *   3. parses from `cut` to the end, in windows of 8,000 characters (`advance`). The rest of an open table or paragraph is parsed behind
 *      its joint, so that it is parsed as what it is (`toJoint`). Lines of open code need no parser (`extendCode`)
 *   4. settles what can no longer change, and moves `cut` behind it (`settle`)
 *   5. parses blocks again that refer to a name which has just been defined (`define`)
 *   6. completes the last block of a growing text, so that an unclosed `**` renders as bold instead of as two stars (`completeBlock`)
 *
 * Invariants:
 *   - The blocks of a complete text are those of one parse of the whole text, however the text arrived.
 *   - `cut` never decreases, except when the open block turns out to be of another kind: then it returns to the start of that block, which
 *     is not split a second time (`unsplitKey`).
 *   - What has not changed since the last update is the same object, and a block keeps its `key` while the text grows.
 */

/** A text as groups of blocks. What has not changed since the last update is the same object. */
export interface MarkdownSnapshot {
  readonly groups: readonly BlockGroup[]
  readonly definitions: Definitions
}

/** The blocks of one text. Updating to a longer version of the same text costs what was added; any other text is parsed from the start. */
export interface MarkdownDocument {
  /** @param isGrowing more text will follow: an unfinished end is completed for display */
  readonly update: (text: string, isGrowing: boolean) => MarkdownSnapshot
}

/** Blocks in a group. */
const groupLength = 4
/** Characters parsed at a time; more when a single block is longer. */
const windowLength = 8_000

export interface MarkdownDocumentOptions {
  /** A text whose first version is longer than this, in characters, gets lazy groups. */
  readonly longLength?: number
  /** Minimum length of a lazy group, in characters. */
  readonly lazyGroupLength?: number
}

interface State {
  text: string
  /** The beginning of a long text, up to where the settled blocks begin. */
  lazy: readonly LazyGroup[]
  /** Everything before this offset is lazy, settled or open. */
  cut: number
  settled: Chunks<Block>
  /** The settled beginning of the block in which `cut` lies. */
  open: Block | null
  /** The key of a block that must not be split. */
  unsplitKey: number
  rest: { readonly nodes: readonly RootContent[]; readonly input: ParserInput }
  definitions: Definitions
  /** Definitions in the rest were taken as final, so a longer text must start over. */
  isEnded: boolean
}

export function createMarkdownDocument(options: MarkdownDocumentOptions = {}): MarkdownDocument {
  const { longLength = windowLength, lazyGroupLength = 1_000 } = options
  let state = createState()
  let last: { readonly text: string; readonly isGrowing: boolean; readonly snapshot: MarkdownSnapshot } | null = null
  const numberFootnotes = createFootnoteNumbers()
  const normalise = createNormaliser()
  return {
    update: (given, isGrowing) => {
      const text = normalise(given)
      if (last?.text === text && last.isGrowing === isGrowing) return last.snapshot
      if (state.isEnded || !text.startsWith(state.text)) state = createState()
      if (state.text === '' && text.length > longLength) skip(state, text, lazyGroupLength)
      if (text !== state.text) advance(state, text)
      if (!isGrowing) endDefinitions(state)
      const blocks = restToBlocks(state, isGrowing)
      const groups = [...state.lazy, ...toGroups(appendToChunks(state.settled, blocks, groupLength))]
      const snapshot = { groups, definitions: numberFootnotes(state.definitions, groups) }
      last = { text, isGrowing, snapshot }
      return snapshot
    },
  }
}

function createState(): State {
  return {
    text: '',
    lazy: [],
    cut: 0,
    settled: [],
    open: null,
    unsplitKey: -1,
    rest: { nodes: [], input: { source: '', base: 0 } },
    definitions: noDefinitions,
    isEnded: false,
  }
}

/**
 * Replaces other line endings by line feeds, drops a byte order mark and replaces NUL, as the parser does (CommonMark 0.31, section 2.3).
 * Looks through the added characters only.
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

/** Makes lazy groups of all but the end of a long text. Groups that may define a name are parsed immediately for their definitions. */
function skip(state: State, text: string, lazyGroupLength: number): void {
  const cuts = findCuts(text, lazyGroupLength)
  state.lazy = cuts.map((end, index) => toLazyGroup(state, cuts[index - 1] ?? 0, text.slice(cuts[index - 1] ?? 0, end)))
  state.cut = cuts.at(-1) ?? 0
  for (const { source } of state.lazy)
    if (mayDefine(source)) define(state, parseMarkdown(source, toKnownNames(state.definitions)).children)
}

function toLazyGroup(state: State, key: number, source: string): LazyGroup {
  return createLazyGroup(key, source, () => {
    const input = { source, base: key }
    return toBlocks(null, parseMarkdown(source, toKnownNames(state.definitions)).children, input)
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
      state.rest = { nodes: [], input: { source: '', base: cut } }
      if (isClosed) continue
      return
    }
    const end = text.length - state.cut <= length * 1.5 ? text.length : text.indexOf('\n', state.cut + length) + 1 || text.length
    const isWhole = end === text.length
    const joint = toJoint(state.open)
    const input = { source: joint + text.slice(state.cut, end), base: state.cut - joint.length }
    const parsed = parseMarkdown(input.source, toKnownNames(state.definitions)).children
    const nodes = stripJoint(parsed, state.open)
    const before = state.cut
    const rest = takeSettled(state, nodes, input)
    if (isWhole && rest && !isOpenCode(state)) {
      state.rest = { nodes: rest, input }
      return
    }
    length = state.cut > before ? windowLength : length * 2
  }
}

function isOpenCode({ open }: State): boolean {
  return open?.kind === 'code'
}

/** Settles what can be settled. Returns the nodes that are left, or null when the open block turns out to be of another kind. */
function takeSettled(state: State, nodes: readonly RootContent[], input: ParserInput): readonly RootContent[] | null {
  const first = nodes[0]
  const firstBlock = first ? nodeToBlock(first, input) : null
  if (state.open && firstBlock && !joinBlocks(state.open, firstBlock)) {
    state.unsplitKey = state.open.key
    state.cut = state.open.key
    state.open = null
    return null
  }
  const settled = settle(nodes, input, input.base !== state.unsplitKey)
  addSettled(state, toBlocks(state.open, settled.nodes, input))
  if (settled.nodes.length > 0) state.open = null
  if (settled.open) state.open = state.open ? joinBlocks(state.open, settled.open) : settled.open
  state.cut = Math.max(state.cut, input.base + settled.cut)
  define(state, [...settled.nodes, ...settled.opened])
  return settled.rest
}

/** Converts nodes to blocks, joining the first one to the open block. */
function toBlocks(open: Block | null, nodes: readonly RootContent[], input: ParserInput): Block[] {
  const blocks = nodes.map((node) => nodeToBlock(node, input)).filter((block) => block !== null)
  const [first, ...others] = blocks
  if (!open || !first) return blocks
  return [joinBlocks(open, first) ?? first, ...others]
}

function addSettled(state: State, blocks: readonly Block[]): void {
  state.settled = appendToChunks(state.settled, blocks, groupLength)
}

/** Adds definitions, and parses blocks again that may refer to a name which is new. */
function define(state: State, nodes: readonly RootContent[]): void {
  const { definitions, added } = addDefinitions(state.definitions, nodes)
  if (added.length === 0) return
  state.definitions = definitions
  const known = toKnownNames(definitions)
  const refresh = (block: Block) => refreshBlock(block, added, known)
  state.lazy = state.lazy.map((group) => {
    if (!group.isParsed || !mayRefer(group, added)) return group
    const blocks = group.blocks.map(refresh)
    return createLazyGroup(group.key, group.source, () => blocks)
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

/** The blocks behind the settled ones, completed for display if the text is growing. */
function restToBlocks(state: State, isGrowing: boolean): Block[] {
  const { open, rest, text, cut } = state
  if (open?.kind === 'code') return [withOpenLine(open, text.slice(cut), isGrowing)]
  const blocks = toBlocks(open, rest.nodes, rest.input)
  if (blocks.length === 0) return open ? [open] : []
  const last = rest.nodes.at(-1)
  // A definition has no block: the last block stands before it and is complete.
  if (!isGrowing || !last || last.type === 'definition' || last.type === 'footnoteDefinition') return blocks
  const joined = rest.nodes.length === 1 ? open : null
  return [...blocks.slice(0, -1), ...completeBlock({ node: last, joined, input: rest.input, definitions: state.definitions })]
}
