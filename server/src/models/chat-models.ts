/** Names of models that do something else than to answer: providers list them all together. */
const others =
  /(?:^|[-_/:. ])(?:embed(?:ding)?s?|text-embedding|whisper|tts|dall-e|image|imagen|veo|lyria|sora|audio|realtime|live|transcribe|moderation|guard|rerank(?:er)?|ocr|babbage|davinci|aqa|bge|speech|translate)(?=$|[-_/:. \d])/iu

/** Whether a model can be talked to, as far as its name tells. */
export function isChatModel(id: string): boolean {
  return !others.test(id)
}
