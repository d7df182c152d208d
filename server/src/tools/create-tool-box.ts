import type { ToolBox } from '../generation/tool-box.ts'

/** The tools that answers may use. */
export function createToolBox(): ToolBox {
  return {
    offer: async () => [],
    parse: (name) => ({ error: `there is no tool named ${name}` }),
    runInside: async (_unit, _context, name) => ({ error: `there is no tool named ${name}` }),
    runOutside: async (_context, name) => ({ error: `there is no tool named ${name}` }),
    ask: async (_unit, _context, name) => `Run ${name}?`,
  }
}
