/**
 * Refusals of a prompt that does not fit. There is no common code for it: these are the words of OpenAI, Anthropic, Google,
 * xAI, Groq, Mistral, DeepSeek, OpenRouter, llama.cpp, vLLM, Ollama and LM Studio.
 */
const sayings = [
  /context[_ ](?:length|window)[_ ]exceeded/iu,
  /(?:exceeds?|exceeded|longer than|greater than|larger than|beyond) (?:the |this )?(?:available |maximum )?(?:model'?s? )?(?:maximum )?(?:context|prompt|input)[ _](?:length|size|window|limit|token)/iu,
  /maximum (?:context|prompt|input) length (?:is|of) [\d,]+/iu,
  /(?:prompt|input|request) (?:is )?too (?:long|large)/iu,
  /prompt too long/iu,
  /input token count.*exceeds the maximum/iu,
  /too large for model with [\d,]+ maximum context/iu,
  /reduce the length of the (?:messages|prompt|input)/iu,
  /context window exceeds limit/iu,
  /exceeded model token limit/iu,
  /exceeds? (?:the )?maximum allowed input length/iu,
  /trying to keep the first [\d,]+ tokens when context/iu,
  /max_model_len/iu,
  // Perplexity, Together and TGI, Z.ai, Qwen.
  /too_many_prompt_tokens|too many (?:prompt|input) tokens/iu,
  /inputs?`? tokens \+ `?max_new_tokens/iu,
  /(?:prompt|input) exceeds (?:the )?max(?:imum)? length/iu,
  /range of input length should be/iu,
]

/** Whether an error's text says that the conversation is too long for the model. */
export function isContextOverflow(text: string): boolean {
  return sayings.some((saying) => saying.test(text))
}

/** Where such a text says how many tokens fit, the number is the one in parentheses. */
const windows = [
  /(?:maximum|model'?s?) (?:context|prompt|input) (?:length|window|size) (?:is|of|\() ?(?:only )?(\d[\d,]*)/iu,
  /(?:context|prompt|input) (?:length|window|size|limit)[^.\d]{0,20}(?:is|of|:) (?:only )?(\d[\d,]*)/iu,
  /tokens? > (\d[\d,]*) (?:tokens? )?maximum/iu,
  /maximum number of tokens allowed \(?(\d[\d,]*)/iu,
  /max_model_len (?:of |\(?)?(\d[\d,]*)/iu,
  /with (\d[\d,]*) maximum context/iu,
  /context length \((\d[\d,]*)/iu,
  /"n_ctx": ?(\d+)/iu,
  /max_new_tokens` must be <= (\d+)/iu,
  /range of input length should be \[\d+, ?(\d+)\]/iu,
]
const smallestWindow = 256

/** The model's context window in tokens, from the text of a refusal. Null: the text does not name it. */
export function readContextWindow(text: string): number | null {
  for (const window of windows) {
    const tokens = Number(window.exec(text)?.[1]?.replaceAll(',', ''))
    if (Number.isSafeInteger(tokens) && tokens >= smallestWindow) return tokens
  }
  return null
}
