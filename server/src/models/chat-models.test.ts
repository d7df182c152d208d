import { expect, test } from 'vitest'
import { isChatModel } from './chat-models.ts'

test.each([
  'gpt-4.1-mini',
  'gpt-6-sol',
  'o3',
  'chatgpt-4o-latest',
  'gemini-2.5-flash',
  'models/gemini-3-pro-preview',
  'claude-opus-4-5',
  'meta-llama/llama-3.3-70b-instruct:free',
  'qwen3:8b',
  'imagine-7b',
  'deliver-13b',
  'scripted-1',
])('%s can be talked to', (id) => {
  expect(isChatModel(id)).toBe(true)
})

test.each([
  'text-embedding-3-small',
  'nomic-embed-text:latest',
  'bge-m3',
  'whisper-1',
  'tts-1-hd',
  'gpt-4o-mini-tts',
  'gpt-4o-audio-preview',
  'gpt-realtime',
  'gpt-4o-transcribe',
  'dall-e-3',
  'gpt-image-1',
  'gemini-2.5-flash-image',
  'imagen-4.0-generate-001',
  'veo-3.0',
  'sora-2',
  'omni-moderation-latest',
  'meta-llama/llama-guard-4-12b',
  'davinci-002',
  'jina-reranker-v2',
])('%s does something else', (id) => {
  expect(isChatModel(id)).toBe(false)
})
