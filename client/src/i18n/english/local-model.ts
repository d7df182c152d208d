/** A small open model that the server fetches and runs. */
export const localModel = {
  'local-model.title': 'A model on this machine',
  'local-model.about':
    'Free, without a key or an account, and without a network once it is here. Small models are quick and often wrong.',
  'local-model.facts': '{megabytes, number} MB, licence {licence}',
  'local-model.hash': 'SHA-256 of the file: {sha256}',
  'local-model.install': 'Download and run',
  'local-model.install.label': 'Download and run {title}',
  'local-model.others': 'Other models',
  'local-model.cancel': 'Cancel',
  'local-model.remove': 'Remove',
  'local-model.managed': 'Run by this server',
  'local-model.running': 'It is ready. Everyone on this server can choose it.',
  'local-model.starting': 'It is being started…',
  'local-model.step.runtime': 'Installing what runs it…',
  'local-model.step.download': 'Downloading…',
  'local-model.step.check': 'Checking…',
} as const
