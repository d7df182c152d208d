import type { ReadEvent } from './answer-accumulator.ts'

const testedLength = 4_000
/** Tool calls as models write them where their server does not parse them: Hermes and Qwen, Anthropic, Mistral, Llama, DeepSeek, Kimi. */
const begins =
  /^\s*(?:<tool_call>|<function_calls>|<function=\w|\[TOOL_CALLS\]|<\|tool_calls?[\w|]*\|?>|<\|python_tag\|>|<｜tool▁calls▁begin｜>)/u
const ends = /(?:<\/tool_call>|<\/function_calls>|<\/function>|<\|tool_calls_section_end\|>|<｜tool▁calls▁end｜>)\s*$/u

/** Records the text of an answer, and whether it begins or ends with a tool call that was only written as text. */
export interface SaidWatch {
  see(event: ReadEvent): void
  /** Everything that the model wrote, arguments of tools included. */
  readonly said: string
  readonly sawWrittenCall: boolean
}

export function createSaidWatch(offersTools: boolean): SaidWatch {
  const said: string[] = []
  const texts: string[] = []
  let hasCall = false
  return {
    see(event) {
      if (event.type === 'was-reasoning') texts.length = 0
      if (event.type === 'text') texts.push(event.text)
      if (event.type === 'text' || event.type === 'reasoning') said.push(event.text)
      if (event.type !== 'tool-call') return
      hasCall = true
      said.push(event.name, event.args)
    },
    get said() {
      return said.join('')
    },
    get sawWrittenCall() {
      if (!offersTools || hasCall) return false
      const text = texts.join('')
      return begins.test(text.slice(0, testedLength)) || ends.test(text.slice(-testedLength))
    },
  }
}
