import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { settingNames } from '../src/config/config.ts'
import { createTemporaryDirectory } from '../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const composeFiles = ['deploy/compose.yaml', 'deploy/compose.cluster.yaml', 'deploy/compose.nodes.yaml']

describe('compose files', () => {
  // https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json, under the Apache License 2.0.
  const schema = JSON.parse(read('server/test/deploy/compose-spec.json')) as Record<string, unknown>
  // Its `$schema` has another address than the one by which Ajv knows draft 7.
  const { $schema: _, ...withoutDialect } = schema
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(withoutDialect)
  const toProblems = (text: string) => (validate(parse(text, { merge: true })) ? [] : validate.errors)

  test.each(composeFiles)('%s follows the published schema', (path) => {
    expect(toProblems(read(path))).toEqual([])
  })

  test('the schema would tell', () => {
    expect(toProblems(read('deploy/compose.yaml').replace('read_only: true', 'read_only: 7'))).not.toEqual([])
    expect(toProblems(read('deploy/compose.yaml').replace('tmpfs:', 'tempfs:'))).not.toEqual([])
  })

  test.each(composeFiles)('the nodes of %s get only settings that exist', (path) => {
    const { services } = parse(read(path), { merge: true }) as {
      services: Record<string, { image: string; environment: Record<string, string> }>
    }
    const nodes = Object.values(services).filter(({ image }) => image === 'holdfast')
    expect(nodes.length).toBeGreaterThan(0)
    for (const { environment } of nodes) {
      expect(Object.keys(environment).filter((name) => !settingNames.includes(name))).toEqual([])
    }
  })
})

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile')
  const manifest = JSON.parse(read('package.json')) as { packageManager: string; dependencies: { node: string } }

  test('installs with the pnpm and runs on the Node that the project is pinned to', () => {
    const pnpm = [...dockerfile.matchAll(/\bpnpm@[\d.]+/gu)].map(([name]) => name)
    expect(new Set(pnpm)).toEqual(new Set([manifest.packageManager]))
    const nodes = [...dockerfile.matchAll(/^FROM node:(\d+)-/gmu)].map(([, major]) => major)
    expect(new Set(nodes)).toEqual(new Set([manifest.dependencies.node.split('.')[0]]))
  })

  test('ends as a user without rights, with a health check', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    expect(last).toMatch(/^USER node$/mu)
    expect(last).toMatch(/^HEALTHCHECK /mu)
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD ["node"'))
  })

  test('copies nothing secret and nothing that is installed here', () => {
    const ignored = read('.dockerignore').split('\n')
    for (const entry of ['.env', 'data', '.git', '**/node_modules', '*/dist']) expect(ignored).toContain(entry)
  })
})

describe('the unit of systemd', () => {
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

  test.skipIf(!hasSystemd)('is valid and hardened', async () => {
    await using directory = await createTemporaryDirectory()
    const unit = join(directory.path, 'holdfast.service')
    // What it starts is not installed here.
    writeFileSync(unit, read('deploy/holdfast.service').replace(/^ExecStart=\S+/mu, `ExecStart=${process.execPath}`))
    const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
    expect(verified.stderr.split('\n').filter((line) => line.includes('holdfast.service'))).toEqual([])
    expect(verified.status).toBe(0)
    // Points of exposure out of 100, where a unit without any of these lines has 96.
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit], { encoding: 'utf8' })
    expect(security.stdout + security.stderr).toMatch(/Overall exposure level/u)
    expect(security.status).toBe(0)
  })

  test('starts a program that exists', () => {
    const [, , program = ''] = /^ExecStart=(\S+) .* (\S+)$/mu.exec(read('deploy/holdfast.service')) ?? []
    expect(existsSync(join(root, program))).toBe(true)
  })
})

describe('every setting', () => {
  test.each(['.env.example', 'docs/OPERATING.md'])('is in %s, which has no others', (path) => {
    const sections = read(path).split(/^## /mu)
    const text = path === '.env.example' ? read(path) : sections.find((section) => section.startsWith('Settings\n'))
    const pattern = path === '.env.example' ? /^# ([A-Z][A-Z_]+)=/gmu : /^\| `([A-Z][A-Z_]+)` +\|/gmu
    const listed = [...(text ?? '').matchAll(pattern)].map(([, name = '']) => name)
    expect(listed.toSorted()).toEqual([...settingNames].toSorted())
  })
})
