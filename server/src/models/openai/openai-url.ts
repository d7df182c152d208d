/** Where a key alone leads to: keys of OpenAI are for OpenAI. */
export const openAiUrl = 'https://api.openai.com/v1'
