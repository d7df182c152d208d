import { expect, test } from 'vitest'
import { readInputFromName } from './read-input.ts'

test.each([
  ['gpt-4.1-mini', 'api.openai.com', ['text', 'image', 'pdf']],
  ['gpt-4.1-mini', 'llm.example.com', ['text', 'image']],
  ['gpt-5', 'my.openai.azure.com', ['text', 'image', 'pdf']],
  ['o3', 'api.openai.com', ['text', 'image', 'pdf']],
  ['o3-mini', 'api.openai.com', ['text']],
  ['openai/gpt-oss-120b', 'api.groq.com', ['text']],
  ['gemini-2.5-flash', 'generativelanguage.googleapis.com', ['text', 'image', 'audio']],
  ['anthropic/claude-sonnet-4', 'openrouter.ai', ['text', 'image']],
  ['llava:13b', 'localhost:11434', ['text', 'image']],
  ['qwen2.5-vl-7b-instruct', 'localhost:11434', ['text', 'image']],
  ['llama3.2-vision:11b', 'localhost:11434', ['text', 'image']],
  ['gemma3:4b', 'localhost:11434', ['text', 'image']],
  ['gemma3:1b', 'localhost:11434', ['text']],
  ['qwen3:8b', 'localhost:11434', null],
  ['mistral-large-latest', 'api.mistral.ai', null],
])('%s at %s', (model, host, expected) => {
  expect(readInputFromName(model, host)).toEqual(expected)
})
