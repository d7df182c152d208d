import { expect, test } from 'vitest'
import { lastCodeBlock } from './last-code-block.ts'

test.each([
  ['nothing but words', null],
  ['```js\nconst x = 1\n```', 'const x = 1'],
  ['```\none\n```\n\nand\n\n~~~~py\ntwo\n\n  three\n~~~~\n\nbye', 'two\n\n  three'],
  ['````md\n```\ninner\n```\n````', '```\ninner\n```'],
  ['- ```sh\n  npm start\n  ```', '  npm start'],
  ['half-written:\n\n```ts\nconst', 'const'],
  ['`inline` and ``` in a line ``` only', null],
])('of %j is %j', (markdown, expected) => {
  expect(lastCodeBlock(markdown)).toBe(expected)
})
