import type { Code, Construct, Extension, State } from 'micromark-util-types'

/** Full-width punctuation. */
const cjkPunctuation =
  /[\u2026\u201c\u201d\u2018\u2019\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff1f\uff3b-\uff3d\uff5b-\uff65]/u

/** Ends the addresses of GitHub's autolinks at full-width punctuation, as in `https://a.example。`. */
export function endLinksAtCjkPunctuation(extension: Extension): Extension {
  const text: Record<string, Construct | Construct[] | undefined> = { ...extension.text }
  for (const code of 'HhWw') {
    const constructs = [text[code.charCodeAt(0)] ?? []].flat()
    text[code.charCodeAt(0)] = constructs.flatMap((one) =>
      one.name === 'protocolAutolink' || one.name === 'wwwAutolink' ? [toShorter(one), one] : one,
    )
  }
  return { ...extension, text }
}

/** The construct for an address in which full-width punctuation stands. */
function toShorter(construct: Construct): Construct {
  const address: Construct = {
    partial: true,
    tokenize(effects, ok, nok) {
      const type = construct.name === 'wwwAutolink' ? 'literalAutolinkWww' : 'literalAutolinkHttp'
      let before: Code = null
      return (code) => {
        effects.enter('literalAutolink')
        effects.enter(type)
        return rest(code)
      }

      function rest(code: Code): State | undefined {
        // Without such punctuation, or with other punctuation before it, the address is GitHub's.
        if (code === null || code <= 32 || code === lessThan) return nok(code)
        if (!cjkPunctuation.test(String.fromCodePoint(code))) {
          before = code
          effects.consume(code)
          return rest
        }
        if (before === null || /[^\p{L}\p{N}/=#&%+$-]/u.test(String.fromCodePoint(before))) return nok(code)
        effects.exit(type)
        effects.exit('literalAutolink')
        return ok(code)
      }
    },
  }
  return {
    name: `${construct.name ?? ''}BeforePunctuation`,
    ...(construct.previous ? { previous: construct.previous } : {}),
    tokenize: (effects, ok, nok) => effects.check(construct, effects.attempt(address, ok, nok), nok),
  }
}

const lessThan = 60

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    literalAutolink: 'literalAutolink'
    literalAutolinkHttp: 'literalAutolinkHttp'
    literalAutolinkWww: 'literalAutolinkWww'
  }
}
