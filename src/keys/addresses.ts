import { BlockList, isIP } from "node:net";

export type AddressRange = { address: string; prefix: number; family: "ipv4" | "ipv6" };

const FAMILIES = {
  4: { family: "ipv4", bits: 32 },
  6: { family: "ipv6", bits: 128 },
} as const;

/**
 * A range in CIDR notation, or one address. Undefined for anything else: a zone, and IPv4 written as IPv6 (`::ffff:…`), which would
 * not match what is written plainly.
 */
export function readRange(text: string): AddressRange | undefined {
  const [, address = "", written] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const { family, bits } = FAMILIES[version];
  const prefix = written === undefined ? bits : Number(written);
  if (prefix > bits || (version === 6 && isMapped(address))) return undefined;
  return { address, prefix, family };
}

const MAPPED = new BlockList();
MAPPED.addSubnet("::ffff:0:0", 96, "ipv6");
const isMapped = (address: string): boolean => MAPPED.check(address, "ipv6");

/** Addresses of some ranges. An IPv4 address matches however it is written: a socket that listens on IPv6 names it `::ffff:…`. */
export class AddressList {
  readonly #ranges: readonly AddressRange[];
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  constructor(ranges: readonly AddressRange[]) {
    this.#ranges = ranges;
    for (const { address, prefix, family } of ranges) this.#lists[family].addSubnet(address, prefix, family);
  }

  has(address: string): boolean {
    if (isIP(address) === 4) return this.#lists.ipv4.check(address, "ipv4");
    // The list of the one family would match addresses of the other.
    return this.#lists[isMapped(address) ? "ipv4" : "ipv6"].check(address, "ipv6");
  }

  /** Whether one of the ranges holds all of another one. */
  covers({ address, prefix, family }: AddressRange): boolean {
    return this.#ranges.some((range) => range.family === family && range.prefix <= prefix && new AddressList([range]).has(address));
  }
}
