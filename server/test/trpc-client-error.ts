/** For tests outside of this package: the class has to be the one that the clients of the test kit throw. */
export { TRPCClientError } from '@trpc/client'
