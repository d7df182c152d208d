import { expect, test } from 'vitest'
import { nameByContent } from './name-by-content.ts'

test.each([
  ['picture-1', 'image/png', 'picture-1.png'],
  ['chart.png', 'image/png', 'chart.png'],
  ['chart.png', 'image/jpeg', 'chart.jpg'],
  ['../secret/photo.exe', 'image/webp', 'photo.webp'],
  ['main.rs', 'text/plain', 'main.rs'],
  ['notes', 'text/plain', 'notes.txt'],
  ['song', 'audio/flac', 'song'],
  ['', 'image/gif', 'file.gif'],
])('%j with content of %s is called %s', (name, mediaType, expected) => {
  expect(nameByContent(name, mediaType)).toBe(expected)
})
