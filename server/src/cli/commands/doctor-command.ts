import type { Command } from 'commander'
import { runDoctor, type Diagnosis } from '../../doctor/run-doctor.ts'
import { CommandFailed, runCommand, type CliContext, type CommonOptions } from '../cli-context.ts'

interface Options extends CommonOptions {
  readonly fix?: true
}

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('looks at settings, data directory, database, logs, files and search, and says what is wrong and how to mend it')
    .option('--fix', 'mend what can be mended without losing anything')
    .option('--json', 'print the findings as JSON')
    .action((options: Options) =>
      runCommand(context, options, async ({ place, hasSecretSetting, output, onProgress }) => {
        const deps = { place, hasSecretSetting, logger: context.logger, onProgress }
        const diagnosis = await runDoctor(deps, { fix: options.fix === true })
        output.result(diagnosis, describeFindings(diagnosis))
        const isIll = diagnosis.findings.some(({ severity, state }) => severity === 'error' && state !== 'fixed')
        if (isIll) throw new CommandFailed()
      }),
    )
}

const states = {
  open: '',
  fixed: 'Mended.',
  fixable: '"holdfast doctor --fix" does it.',
  'stop-first': '"holdfast doctor --fix" does it when the server is stopped.',
}

export function describeFindings({ findings }: Diagnosis): string[] {
  if (findings.length === 0) return ['Everything is as it should be.']
  return findings.flatMap(({ severity, check, what, why, mend, state }) => [
    `${severity}: ${what} [${check}]`,
    `  ${why}`,
    state === 'fixed' ? `  ${states.fixed}` : `  ${[mend, states[state]].filter((text) => text !== '').join(' ')}`,
  ])
}
