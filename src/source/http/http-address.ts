import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/**
 * Whether a host is this machine or on a private network: by its address, or by one of the addresses
 * that its name stands for. A name that stands for none is not.
 */
export async function isPrivateHost(hostname: string): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return isPrivateAddress(host);
  if (/(^|\.)localhost\.?$/i.test(host)) return true;
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(({ address }) => isPrivateAddress(address));
}

/** Whether an IPv4 or IPv6 address is not one of the public Internet. */
export function isPrivateAddress(address: string): boolean {
  const [plain = ""] = address.split("%");
  return nonPublic().check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

/** Special-purpose addresses, as RFC 6890 and its successors list them. */
function nonPublic(): BlockList {
  const list = new BlockList();
  for (const range of IPV4) addTo(list, range, "ipv4");
  for (const range of IPV6) addTo(list, range, "ipv6");
  return list;
}

function addTo(list: BlockList, range: string, family: "ipv4" | "ipv6"): void {
  const [network = "", prefix] = range.split("/");
  list.addSubnet(network, Number(prefix), family);
}

const IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
];

/** Those that embed an IPv4 address (NAT64, 6to4) are refused as a whole. */
const IPV6 = [
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2002::/16",
  "fc00::/7",
  "fe80::/9",
  "ff00::/8",
];
