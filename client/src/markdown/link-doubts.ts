/** Why a link of a model's text is not opened before a person has seen where it leads. */
export type LinkDoubt = 'other-address' | 'carries-text'

/** Longer than the queries of most links that people share. What a model could be made to give away fits into more. */
const longestPlain = 120
/** Words with a dot are addresses only with one of these behind it: `package.json` and `Node.js` are names. */
const endings = new Set(
  'com org net edu gov mil int info biz io ai app dev co me tv cloud online shop site store xyz eu uk de fr es it nl be at ch se no fi dk pl cz pt ie ru ua tr jp cn kr in au nz ca us br mx'.split(
    ' ',
  ),
)

/**
 * Whether a link hides where it leads: its label shows the address of another site, it has a user name in front of its host, or it
 * carries so much text to another site that a model may have put a part of the conversation in it. Null: it is as honest as it looks.
 */
export function findLinkDoubt(address: string, label: string, ownOrigin: string): LinkDoubt | null {
  const url = new URL(address)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.origin === ownOrigin) return null
  if (url.username !== '' || url.password !== '') return 'other-address'
  const shown = findShownHosts(label)
  if (shown.some((host) => !isSameSite(host, url.hostname))) return 'other-address'
  const longest = Math.max(url.search.length + url.hash.length, ...url.pathname.split('/').map((segment) => segment.length))
  return longest > longestPlain || url.hostname.length > longestPlain ? 'carries-text' : null
}

/** The hosts of the addresses in a label: those with a protocol or `www.`, and a label that is nothing but one. */
function findShownHosts(label: string): string[] {
  const words = label.split(/[\s<>"'“”‘’()[\]]+/u).filter((word) => word !== '')
  return words.flatMap((word) => {
    const isMarked = /^(?:https?:\/\/|www\.)/iu.test(word)
    const bare = word.replace(/^https?:\/\//iu, '')
    const host = bare.split(/[/?#]/u, 1)[0] ?? ''
    const ending = host.toLowerCase().replace(/:\d+$/u, '').split('.').at(-1) ?? ''
    const isAlone = words.length === 1 && host.includes('.') && endings.has(ending)
    if (!(isMarked || isAlone) || !URL.canParse(`http://${bare}`)) return []
    return [new URL(`http://${bare}`).hostname]
  })
}

/** `docs.example.org` and `www.example.org` are places of `example.org`. */
function isSameSite(shown: string, real: string): boolean {
  const [one, other] = [shown, real].map((host) => host.replace(/^www\./u, ''))
  return one === other || one?.endsWith(`.${other}`) === true || other?.endsWith(`.${one}`) === true
}
