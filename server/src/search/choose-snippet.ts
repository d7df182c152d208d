import { findClauses, findMatches, foldText, textToWords, type Part, type SearchItem, type SearchQuery } from '@holdfast/shared'
import { partsToSearchText } from '../conversation-store/index-messages.ts'
import type { FileStorage } from '../files/storage/file-storage.ts'
import type { Logger } from '../platform/logger.ts'
import { readFileTexts, textToSlices, type SearchedFile } from './file-texts.ts'
import { makeSnippet, textToSnippetWords } from './make-snippet.ts'

type Found = Pick<SearchItem, 'snippet' | 'file'>
type Clauses = ReadonlySet<SearchQuery['wanted'][number]>

/** A place of a message that a snippet may show, and what of the query is found there. */
interface Place {
  readonly clauses: Clauses
  readonly make: () => Found
}

/** UTF-16 units of a file's text that are looked at together. */
const sliceLength = 4_000
/** What is looked at beyond a slice, for words side by side that it would part. */
const overlap = 200
/** Slices of one file that are taken apart at most: each takes a millisecond. */
const maxSlices = 30

/**
 * The snippet of the place that has most of the query: the message's own text, or one of its files, by its name and a passage of its
 * text. Files are read only if the text and the names lack some of the query, and only until one has all of it. While they cannot be
 * read, the snippet is made without them.
 */
export async function chooseSnippet(
  deps: { readonly storage: FileStorage; readonly logger: Logger },
  message: { readonly parts: readonly Part[]; readonly files: readonly SearchedFile[] },
  query: SearchQuery,
): Promise<Found> {
  const text = partsToSearchText(message.parts)
  if (message.files.length === 0) return { snippet: makeSnippet(text, query) }
  const own: Place = {
    clauses: new Set(findClauses(textToSnippetWords(text), query)),
    make: () => ({ snippet: makeSnippet(text, query) }),
  }
  const names = message.files.map((file) => nameToPlace(file, query))
  const isWhole = ({ clauses }: Place) => clauses.size === query.wanted.length
  let best = [own, ...names].reduce(preferFuller)
  if (isWhole(best)) return best.make()
  try {
    for await (const { file, text: fileText } of readFileTexts(deps.storage, message.files)) {
      const passage = findPassage(fileText, query, nameToClauses(file, query))
      if (!passage) continue
      best = preferFuller(best, { clauses: passage.clauses, make: () => joinNameAndPassage(file, passage, query) })
      if (isWhole(best)) break
    }
  } catch (error) {
    // The storage is away, or the message was deleted at this moment.
    deps.logger.warn({ event: 'file-not-read', err: error }, 'a file could not be read for a search result')
  }
  // Without a match that can be shown: a message of files alone is known by the first of them.
  return best.clauses.size === 0 && text === '' && names[0] ? names[0].make() : best.make()
}

/** The first of two that have the same. */
function preferFuller(one: Place, other: Place): Place {
  return other.clauses.size > one.clauses.size ? other : one
}

function nameToClauses(file: SearchedFile, query: SearchQuery): Clauses {
  return new Set(findClauses([...textToWords(file.name)], query))
}

function nameToPlace(file: SearchedFile, query: SearchQuery): Place {
  return {
    clauses: nameToClauses(file, query),
    make: () => ({
      snippet: { text: file.name, ranges: findMatches([...textToWords(file.name)], query) },
      file: { fileId: file.id, name: file.name },
    }),
  }
}

interface Passage {
  /** Also those of the file's name. */
  readonly clauses: Clauses
  readonly text: string
  /** The file's text begins before it. */
  readonly isInside: boolean
}

/** The slice of a text that, with the file's name, has most of the query; null when none adds to the name. */
function findPassage(text: string, query: SearchQuery, ofName: Clauses): Passage | null {
  let best: Passage | null = null
  let looked = 0
  for (const { start, end } of textToSlices(text, sliceLength)) {
    const piece = text.slice(start, end + overlap)
    // Much faster than taking it apart: no more than this can be found in it.
    const possible = new Set([...ofName, ...findPossible(piece, query)])
    if (possible.size <= (best?.clauses.size ?? ofName.size)) continue
    const matched = findClauses([...textToWords(piece)], query)
    const clauses = new Set([...ofName, ...matched])
    if (clauses.size > (best?.clauses.size ?? ofName.size)) best = { clauses, text: piece, isInside: start > 0 }
    looked += 1
    if (looked >= maxSlices || best?.clauses.size === query.wanted.length) break
  }
  return best
}

/** The clauses whose first word occurs in a text, be it inside of another word. */
function findPossible(piece: string, query: SearchQuery): SearchQuery['wanted'] {
  const folded = foldText(piece)
  return query.wanted.filter(({ lexemes }) => folded.includes(lexemes[0] ?? ''))
}

/** `report.pdf: …what was found`. */
function joinNameAndPassage(file: SearchedFile, passage: Passage, query: SearchQuery): Found {
  const name = nameToPlace(file, query).make().snippet
  const found = makeSnippet(passage.text, query)
  const mark = passage.isInside && !found.text.startsWith('…') ? '…' : ''
  const before = `${name.text}: ${mark}`
  return {
    snippet: {
      text: before + found.text,
      ranges: [
        ...name.ranges,
        ...found.ranges.map(({ start, end }) => ({ start: start + before.length, end: end + before.length })),
      ],
    },
    file: { fileId: file.id, name: file.name },
  }
}
