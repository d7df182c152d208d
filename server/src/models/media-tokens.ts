/** What OpenAI counts: a base, and more for each square of 512 pixels after the picture was made smaller. Others are near. */
const baseTokens = 85
const tileTokens = 170
const tileSize = 512
const longestSide = 2048
const shortestSide = 768
/** A page is read as text and as a picture. */
const tokensPerPage = 1_500
const tokensPerSecond = 32

/** About how many tokens a model counts for content that is sent to it as it is. */
export function mediaToTokens(
  kind: 'image' | 'audio' | 'pdf',
  size: {
    readonly width: number | null
    readonly height: number | null
    readonly pages: number | null
    readonly durationMs: number | null
  },
): number {
  if (kind === 'pdf') return (size.pages ?? 1) * tokensPerPage
  if (kind === 'audio') return Math.ceil(((size.durationMs ?? 60_000) / 1_000) * tokensPerSecond)
  const width = size.width ?? longestSide
  const height = size.height ?? longestSide
  const scale = Math.min(1, longestSide / Math.max(width, height), shortestSide / Math.min(width, height))
  const tiles = Math.ceil((width * scale) / tileSize) * Math.ceil((height * scale) / tileSize)
  return baseTokens + tileTokens * tiles
}
