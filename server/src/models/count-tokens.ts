import { messageToFiles } from './message-to-files.ts'
import type { ModelFile } from './model-file.ts'
import type { ModelMessage, ModelTool } from './model.ts'

type CountSlice = (text: string) => number

/** The tokenizer takes the square of a text's length for some texts (one letter 200 000 times: 48 s), so it only sees short ones. */
const sliceLength = 500
/** The time for which counting may block the event loop, in milliseconds. */
const stretchMs = 5
/** Tokens of a message beside its text: its role and its delimiters. */
const tokensPerMessage = 4
/** Of a file beside its content: its name, what it is, and its fence. */
export const tokensPerFile = 40
/** Texts are counted again with every step of every answer. */
const rememberedCharacters = 4_000_000
const shortestRemembered = 200

let loading: Promise<CountSlice> | null = null
const remembered = new Map<string, number>()
let rememberedLength = 0
/** A file is counted once for each answer. */
const fileTokens = new WeakMap<ModelFile, number>()

/** Loads the tokenizer, which blocks for a quarter of a second and takes up to 66 MB. It is otherwise loaded with the first text that is counted. */
export async function loadTokenizer(): Promise<void> {
  await getTokenizer()
}

/**
 * The number of tokens in a text, by the tokenizer of OpenAI's newer models; others differ by up to half, see `createTokenCalibration`.
 * The text is cut into slices, which makes the count wrong by less than a hundredth. It yields at least every 5 ms, whatever the text.
 */
export async function countTokens(text: string): Promise<number> {
  if (text === '') return 0
  const known = remembered.get(text)
  if (known !== undefined) return known
  const count = loading === null ? await getTokenizer() : await loading
  let tokens = 0
  let stretchEndsAt = performance.now() + stretchMs
  for (let start = 0; start < text.length;) {
    const end = toSliceEnd(text, start)
    tokens += count(text.slice(start, end))
    start = end
    if (performance.now() < stretchEndsAt) continue
    await new Promise(setImmediate)
    stretchEndsAt = performance.now() + stretchMs
  }
  remember(text, tokens)
  return tokens
}

/** The number of tokens of each message, calls and their results included. */
export async function countEachMessage(messages: readonly ModelMessage[]): Promise<number[]> {
  const counts: number[] = []
  for (const message of messages) {
    let tokens = tokensPerMessage + (await countTokens(messageToText(message)))
    for (const file of messageToFiles(message)) tokens += tokensPerFile + (await countFileTokens(file))
    counts.push(tokens)
  }
  return counts
}

/** The number of tokens of a file's content, as it is sent. */
export async function countFileTokens(file: ModelFile): Promise<number> {
  const known = fileTokens.get(file)
  if (known !== undefined) return known
  const tokens = file.type === 'text' ? await countTokens(file.text) : file.type === 'media' ? file.tokens : 0
  fileTokens.set(file, tokens)
  return tokens
}

/** The number of tokens of a request, without its tools. */
export async function countMessageTokens(messages: readonly ModelMessage[]): Promise<number> {
  return (await countEachMessage(messages)).reduce((sum, tokens) => sum + tokens, 0)
}

/** The number of tokens of a request's tools. */
export async function countToolTokens(tools: readonly ModelTool[]): Promise<number> {
  return tools.length === 0 ? 0 : await countTokens(JSON.stringify(tools))
}

function messageToText(message: ModelMessage): string {
  if (message.role !== 'assistant' || message.toolCalls.length === 0) return message.content
  return [message.content, ...message.toolCalls.flatMap(({ name, args }) => [name, args])].join('\n')
}

async function getTokenizer(): Promise<CountSlice> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens: count }) => {
    // Text that looks like a mark of the model is text.
    const options = { disallowedSpecial: new Set<string>() }
    return (text) => count(text, options)
  })
  return await loading
}

/** Not between the halves of a character. */
function toSliceEnd(text: string, start: number): number {
  const end = Math.min(start + sliceLength, text.length)
  const last = text.charCodeAt(end - 1)
  return end < text.length && last >= 0xd8_00 && last <= 0xdb_ff ? end - 1 : end
}

function remember(text: string, tokens: number): void {
  if (text.length < shortestRemembered || text.length > rememberedCharacters / 4) return
  remembered.set(text, tokens)
  rememberedLength += text.length
  for (const oldest of remembered.keys()) {
    if (rememberedLength <= rememberedCharacters) break
    remembered.delete(oldest)
    rememberedLength -= oldest.length
  }
}
