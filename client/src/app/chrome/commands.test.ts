import { expect, test } from 'vitest'
import { shellCommands } from './commands.tsx'

test('the palette lists every command once', () => {
  const doNothing = () => undefined
  const commands = shellCommands(doNothing, {
    toggleSidebar: doNothing,
    togglePlanner: doNothing,
    openSettings: doNothing,
    showShortcuts: doNothing,
  })
  const ids = commands.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
})
