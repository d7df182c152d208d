import { foldText } from '@holdfast/shared'
import type { PaletteCommand } from './palette-props.ts'

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

/** The conversations whose titles have words that begin with those that were typed, in any order. */
export function matchTitles<Titled extends { readonly title: string }>(
  conversations: readonly Titled[],
  query: string,
): Titled[] {
  const asked = toWords(query)
  if (asked.length === 0) return []
  return conversations.filter(({ title }) => {
    const words = toWords(title)
    return asked.every((one) => words.some((word) => word.startsWith(one)))
  })
}

function toWords(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}
