import type { ModelMessage, ModelTool } from './model.ts'

type CountSlice = (text: string) => number

/** The tokenizer takes the square of a text's length for some texts (one letter 200 000 times: 48 s), so it only sees short ones. */
const sliceLength = 500
/** How long counting may keep everybody else waiting, in milliseconds. */
const stretchMs = 5
/** What a message costs beside its text: its role and its borders. */
const tokensPerMessage = 4
/** Texts are counted again with every step of every answer. */
const rememberedCharacters = 4_000_000
const shortestRemembered = 200

let loading: Promise<CountSlice> | null = null
const remembered = new Map<string, number>()
let rememberedLength = 0

/** Loads the tokenizer, which blocks for a quarter of a second and takes 66 MB: once, at best before anybody waits for anything. */
export async function loadTokenizer(): Promise<void> {
  await getTokenizer()
}

/**
 * How many tokens a text has, by the tokenizer of OpenAI's newer models; others differ by up to half, see `createTokenCalibration`.
 * Cut into slices, which makes it wrong by less than a hundredth. Lets others run at least every 5 ms, whatever the text.
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

/** How many tokens each message has, calls and their results included. */
export async function countEachMessage(messages: readonly ModelMessage[]): Promise<number[]> {
  const counts: number[] = []
  for (const message of messages) counts.push(tokensPerMessage + (await countTokens(messageToText(message))))
  return counts
}

/** How many tokens a request has, without its tools. */
export async function countMessageTokens(messages: readonly ModelMessage[]): Promise<number> {
  return (await countEachMessage(messages)).reduce((sum, tokens) => sum + tokens, 0)
}

/** How many tokens the tools of a request have. */
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
