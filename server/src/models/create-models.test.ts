import { expect, test } from 'vitest'
import { environmentToConfig } from '../config.ts'
import { createLogger } from '../logger.ts'
import { createModels } from './create-models.ts'

const logger = createLogger('silent')

test('without a key and an address the demo answers', async () => {
  await using models = await createModels(environmentToConfig({ OPENAI_BASE_URL: '  ', OPENAI_API_KEY: '' }), logger)
  expect(models).toMatchObject({ name: 'Demo', demo: true, defaultModel: 'demo-rules' })
  expect(await models.list(new AbortController().signal)).toMatchObject([{ id: 'demo-rules' }])
})

test('an address or a key names the provider', async () => {
  await using local = await createModels(
    environmentToConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'm' }),
    logger,
  )
  expect(local).toMatchObject({ name: '127.0.0.1:9', host: '127.0.0.1:9', demo: false, defaultModel: 'm' })
  await using openai = await createModels(environmentToConfig({ OPENAI_API_KEY: 'sk' }), logger)
  expect(openai).toMatchObject({ name: 'OpenAI', host: 'api.openai.com', demo: false })
  await using gemini = await createModels(environmentToConfig({ GEMINI_API_KEY: 'k' }), logger)
  expect(gemini).toMatchObject({
    name: 'Google Gemini',
    host: 'generativelanguage.googleapis.com',
    defaultModel: 'gemini-2.5-flash',
  })
})
