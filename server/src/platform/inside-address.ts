import { BlockList, isIP } from 'node:net'

/** Addresses that are no place on the internet: this machine, networks around it, and ways around a check for them. */
const inside = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 96],
  // IPv4 inside of IPv6: translated (NAT64), 6to4, Teredo.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6')
}

/** Whether an IP address is inside of networks, and not on the internet. What is no IP address counts as inside. */
export function isInsideAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return true
  // An IPv4 address that is written as IPv6 is checked as the IPv4 address.
  return inside.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
