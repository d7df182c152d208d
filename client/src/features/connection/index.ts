export { ConnectionIndicator } from './connection-indicator.tsx'
export { ConnectionNotice } from './connection-notice.tsx'
