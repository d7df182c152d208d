/**
 * Identifies the shapes of this build's API. A page that was loaded before a deploy compares it with `system.info.contract` and offers
 * to reload. `contract-hash.test.ts` fails when a schema changes and this does not.
 */
export const contractHash = '07c540169fc3'
