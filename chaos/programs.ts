import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a program is on this machine. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['-v'], { stdio: 'ignore' }).error === undefined
}

/** The settings that this version knows: what a later or an earlier one has is used, or left out. */
export function hasSetting(name: string): boolean {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  return new RegExp(`^#?\\s*${name}=`, 'mu').test(example)
}
