import { expect, test } from 'vitest'
import { toFileName } from './file-name.ts'

test.each([
  ['ts', '', 'const a = 1', 'code.ts'],
  ['python', '', 'print(1)', 'code.py'],
  ['', '', 'plain', 'code.txt'],
  ['klingon', '', 'nuqneH', 'code.txt'],
  ['sh', '', '#!/bin/sh', 'code.sh'],
  ['dockerfile', '', 'FROM scratch', 'Dockerfile'],
  ['mermaid', '', 'graph TD', 'code.mmd'],
  ['ts', 'title="src/app/main.ts"', '', 'main.ts'],
  ['ts', 'src/log.ts', '', 'log.ts'],
  ['ts', '', '// src/app.ts\nconst a = 1', 'app.ts'],
  ['python', '', '# file: tools/run.py\n', 'run.py'],
  ['ts', 'title="../../etc/passwd"', '', 'code.ts'],
  ['ts', 'title="a.ts/../.."', '', 'code.ts'],
  ['html', '', '<!-- index.html -->\n<p>', 'index.html'],
])('%s with %j and %j is saved as %s', (language, meta, firstLines, expected) => {
  expect(toFileName(language, meta, firstLines)).toBe(expected)
})
