import fc from 'fast-check'

/** Every run of the tests tries the same things. `FC_SEED` tries others, to look for what these miss. */
// oxlint-disable-next-line node/no-process-env -- only the person who runs the tests sets it
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_260_131) })
