import { foldText } from '@holdfast/shared'
import type { PaletteCommand } from './palette.tsx'

/** The commands whose words begin with the words that were typed, in any order; those that are called so come first. */
export function matchCommands(commands: readonly PaletteCommand[], query: string): PaletteCommand[] {
  const asked = toWords(query)
  if (asked.length === 0) return commands.filter(({ isSuggested }) => isSuggested)
  const isIn = (text: string) => {
    const words = toWords(text)
    return asked.every((one) => words.some((word) => word.startsWith(one)))
  }
  const named = commands.filter(({ label }) => isIn(label))
  const others = commands.filter((command) => !named.includes(command) && isIn(`${command.label} ${command.keywords ?? ''}`))
  return [...named, ...others]
}

function toWords(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}
