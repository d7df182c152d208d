import type { InputKind } from '@holdfast/shared'

/** What families of models take beside text, by the name that all providers give them. The first that matches counts. */
const families: readonly (readonly [name: RegExp, kinds: readonly InputKind[]])[] = [
  [/^(?:gpt-4o(?:-mini)?-audio|gpt-audio)/u, ['audio']],
  [/^(?:o1-mini|o1-preview|o3-mini|gpt-4-32k|gpt-4-0|gpt-oss|gemma-?3:?-?(?:1b|270m))/u, []],
  [/^(?:(?:chat)?gpt-4o|gpt-4\.[15]|gpt-[5-9]|o[134](?:$|-))/u, ['image', 'pdf']],
  [/^gpt-4-(?:turbo|vision)/u, ['image']],
  [/^gemini-(?:1\.5|[2-9])/u, ['image', 'audio']],
  [/^claude-(?:3|[a-z]+-\d|[4-9])/u, ['image']],
  [
    /^(?:gemma-?[34]|llama-?4|pixtral|grok-[4-9]|mistral-(?:medium-?3|small-?3\.[12])|magistral-\w+-2509|phi-4-multimodal|nova-(?:lite|pro|premier))/u,
    ['image'],
  ],
  [/llava|moondream|minicpm-v|internvl|cogvlm|smolvlm|(?:^|[-_.\d])(?:vl|vision)(?:$|[-_:.\d])|glm-4\.?\d*v/u, ['image']],
]

/** Only they read a PDF as it is; the same model elsewhere gets its text. */
const pdfHosts = /(?:^|\.)(?:openai\.com|openai\.azure\.com)$/u

/** What a model takes, as far as its name and its host tell. Null: unknown. */
export function readInputFromName(model: string, host: string): readonly InputKind[] | null {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase()
  const found = families.find(([pattern]) => pattern.test(name))
  if (!found) return null
  return ['text', ...found[1].filter((kind) => kind !== 'pdf' || pdfHosts.test(host))]
}
