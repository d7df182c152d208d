import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import heic from 'heic-decode'
import sharp, { type Sharp } from 'sharp'
import type { FileToExamine, Findings } from './examined-file.ts'
import { FileRefusal } from './file-refusal.ts'
import { heicTypes } from './media-types.ts'

/** A photo of 48 megapixels fits. All frames of an animation count. */
const maxPixels = 64_000_000
const thumbnailSize = 512
/** Providers make larger pictures smaller themselves. */
const promptSize = 2048
const promptBytes = 4 * 1024 * 1024
const timeoutSeconds = 30

const refusals = {
  pixels: `The picture has too many pixels. At most ${maxPixels / 1_000_000} million are accepted.`,
  damaged: 'The picture is damaged or in a variant that is not supported.',
}

// A server has other things to do, and keeps no decoded pictures.
sharp.concurrency(1)
sharp.cache(false)

/**
 * Writes a picture again in a format that browsers and models take: turned upright, in sRGB, without EXIF, places, comments or anything
 * behind its end. Makes a thumbnail and, where it is large, a copy for models. @throws FileRefusal for a damaged or too large one
 */
export async function examinePicture(file: FileToExamine, mediaType: string): Promise<Findings> {
  try {
    const source = heicTypes.has(mediaType) ? await decodeHeic(file.path) : await decode(file.path)
    const { image, format, isAnimated } = source
    const original = join(file.outDirectory, 'original')
    const written = await encode(image, format).timeout({ seconds: timeoutSeconds }).toFile(original)
    const thumbnail = join(file.outDirectory, 'thumbnail.webp')
    await open(original)
      .resize({ width: thumbnailSize, height: thumbnailSize, ...within })
      .webp({ quality: 80 })
      .toFile(thumbnail)
    const height = isAnimated ? (written.pageHeight ?? written.height) : written.height
    const findings = { mediaType: `image/${format}`, width: written.width, height, original, thumbnail }
    const isTaken = format === 'jpeg' || format === 'png'
    if (isTaken && Math.max(written.width, height) <= promptSize && written.size <= promptBytes) return findings
    const prompt = join(file.outDirectory, 'prompt.jpg')
    await open(original)
      .resize({ width: promptSize, height: promptSize, ...within })
      .flatten({ background: '#fff' })
      .jpeg({ quality: 85 })
      .toFile(prompt)
    return { ...findings, prompt }
  } catch (error) {
    if (error instanceof FileRefusal) throw error
    const isTooLarge = error instanceof Error && /pixel limit|too large/iu.test(error.message)
    throw new FileRefusal(isTooLarge ? refusals.pixels : refusals.damaged, { cause: error })
  }
}

const within = { fit: 'inside', withoutEnlargement: true } as const

type Format = 'jpeg' | 'png' | 'webp' | 'gif'

interface Decoded {
  readonly image: Sharp
  readonly format: Format
  readonly isAnimated: boolean
}

function open(path: string, options: { readonly animated?: boolean } = {}): Sharp {
  return sharp(path, { limitInputPixels: maxPixels, failOn: 'error', ...options })
}

async function decode(path: string): Promise<Decoded> {
  const { format, hasAlpha, pages = 1, width, height } = await open(path).metadata()
  if (width * height * pages > maxPixels) throw new FileRefusal(refusals.pixels)
  const isAnimated = pages > 1 && (format === 'gif' || format === 'webp')
  return { image: open(path, { animated: isAnimated }).autoOrient(), format: toFormat(format, hasAlpha), isAnimated }
}

function toFormat(format: string, hasAlpha: boolean): Format {
  if (format === 'jpeg' || format === 'png' || format === 'webp' || format === 'gif') return format
  return hasAlpha || format === 'tiff' ? 'png' : 'jpeg'
}

/** The pictures of iPhones, which sharp cannot read for reasons of patents. libheif has turned them upright. */
async function decodeHeic(path: string): Promise<Decoded> {
  const pictures = await heic.all({ buffer: await readFile(path) })
  try {
    const [first] = pictures
    if (!first) throw new FileRefusal(refusals.damaged)
    if (first.width * first.height > maxPixels) throw new FileRefusal(refusals.pixels)
    const { data, width, height } = await first.decode()
    const image = sharp(Buffer.from(data.buffer), { raw: { width, height, channels: 4 } }).removeAlpha()
    return { image, format: 'jpeg', isAnimated: false }
  } finally {
    pictures.dispose()
  }
}

function encode(image: Sharp, format: Format): Sharp {
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 90 })
    case 'png':
      return image.png()
    case 'webp':
      return image.webp({ quality: 90 })
    case 'gif':
      return image.gif()
  }
}
