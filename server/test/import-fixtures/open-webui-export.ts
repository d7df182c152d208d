import { png } from './png.ts'

/** A tree with reasoning and tools in the text, a picture, a failed answer, an answer of newer versions, tags and a rating. */
export const openWebuiTree = {
  id: 'ow-1',
  user_id: 'u1',
  title: 'Weather',
  chat: {
    title: 'Weather',
    models: ['llama3.1:latest'],
    params: { system: 'You are a pirate.' },
    history: {
      currentId: 'a1',
      messages: {
        a2: {
          id: 'a2',
          parentId: 'q1',
          childrenIds: [],
          role: 'assistant',
          content: '',
          model: 'gpt-4o',
          error: { content: 'Quota' },
          timestamp: 1_700_000_030,
        },
        q1: {
          id: 'q1',
          parentId: null,
          childrenIds: ['a1', 'a2', 'a3'],
          role: 'user',
          content: 'Weather in <b>Paris</b>?',
          files: [
            { type: 'image', url: `data:image/png;base64,${png.toString('base64')}`, name: 'sky.png' },
            { type: 'file', name: 'map.pdf', id: 'f1' },
          ],
          timestamp: 1_700_000_000,
        },
        a1: {
          id: 'a1',
          parentId: 'q1',
          childrenIds: [],
          role: 'assistant',
          content:
            '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n&gt; Let me\n&gt; see\n</details>\n<details type="tool_calls" done="true" id="call_1" name="get_weather" arguments="{&quot;city&quot;:&quot;Paris&quot;}" result="&quot;{\\&quot;c\\&quot;: 18}&quot;">\n<summary>Tool Executed</summary>\n</details>\nIt is **18** degrees.\n<details><summary>More</summary>Rain.</details>',
          model: 'llama3.1:latest',
          done: true,
          usage: { prompt_tokens: 20, completion_tokens: 9 },
          annotation: { rating: 1 },
          sources: [{ source: { name: 'Météo', url: 'https://meteo.example' }, document: ['18'], metadata: [{}] }],
          timestamp: 1_700_000_010,
        },
        a3: {
          id: 'a3',
          parentId: 'q1',
          childrenIds: [],
          role: 'assistant',
          content: 'what newer versions make of it',
          model: 'deepseek-r1',
          output: [
            { type: 'reasoning', id: 'r', content: [{ type: 'output_text', text: 'Hm.' }], duration: 2 },
            { type: 'function_call', call_id: 'c9', name: 'get_weather', arguments: '{"city":"Paris"}' },
            { type: 'function_call_output', call_id: 'c9', output: [{ type: 'input_text', text: '18C' }] },
            { type: 'message', content: [{ type: 'output_text', text: '18C, rain.' }] },
          ],
          timestamp: 1_700_000_040,
        },
      },
    },
    tags: ['travel'],
  },
  created_at: 1_700_000_000,
  updated_at: 1_700_000_040,
  archived: false,
  pinned: true,
  meta: { tags: ['travel'] },
  folder_id: null,
}

/** Of the first versions: a list without a history. */
export const openWebuiList = {
  id: 'ow-2',
  title: 'Old',
  chat: {
    title: 'Old',
    models: [''],
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello', done: false },
    ],
  },
  created_at: 1_690_000_000,
  updated_at: 1_690_000_001,
}

export const openWebuiChats = [openWebuiTree, openWebuiList]
