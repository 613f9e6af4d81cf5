import { crc32 } from "node:zlib";
import { isoText } from "../core/iso-text.ts";
import { Written } from "../core/written.ts";
import type { Balance } from "./balance.ts";
import type { Instant } from "./state.ts";

/** Where the instant begins for which a balance holds. It comes last, wherever a balance is made, and before it the version. */
const asOfIn = (text: string): number => text.lastIndexOf(',"asOf":');

const AS_OF = /^,"asOf":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}$/;

/** Of all but that instant. */
const checksumOf = (text: string): string => crc32(text.slice(0, asOfIn(text))).toString(36);

/**
 * A balance with its JSON and the checksum of it, made once for as often as it is answered. One that came as JSON is parsed when somebody
 * looks into it: most are answered as they came. It must not change any more.
 */
export class WrittenBalance extends Written implements Balance {
  readonly #version: number;
  #balance: Balance | undefined;
  #text: string | undefined;
  #checksum: string | undefined;

  private constructor(version: number) {
    super();
    this.#version = version;
  }

  static of(balance: Balance): WrittenBalance {
    const written = new WrittenBalance(balance.version);
    written.#balance = balance;
    return written;
  }

  /** The balance of this version from its JSON. Throws for JSON of another version, that does not end as one, or with another checksum. */
  static read(version: number, text: string, checksum: string): WrittenBalance {
    const end = asOfIn(text);
    if (!text.endsWith(`,"version":${version}`, end) || !AS_OF.test(text.slice(end)) || checksumOf(text) !== checksum)
      throw new Error("a balance that is not as it was written");
    return WrittenBalance.#as(version, text, checksum);
  }

  static #as(version: number, text: string, checksum: string): WrittenBalance {
    const written = new WrittenBalance(version);
    written.#text = text;
    written.#checksum = checksum;
    return written;
  }

  /** The same balance as JSON alone, for who keeps many: it takes half the memory. */
  asText(): WrittenBalance {
    return WrittenBalance.#as(this.#version, this.text, this.checksum);
  }

  /** The same balance, as it still is at another instant, in milliseconds. */
  at(instant: Instant): WrittenBalance {
    const { text, checksum } = this;
    return WrittenBalance.#as(this.#version, `${text.slice(0, asOfIn(text))},"asOf":"${isoText(instant)}"}`, checksum);
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.#balance);
    return this.#text;
  }

  get checksum(): string {
    this.#checksum ??= checksumOf(this.text);
    return this.#checksum;
  }

  /**
   * The entity tag: the version, and the checksum. Points that become usable or expire change it without a new version; time alone does
   * not.
   */
  get etag(): string {
    return `"${this.#version}-${this.checksum}"`;
  }

  toJSON(): Balance {
    this.#balance ??= JSON.parse(this.text) as Balance;
    return this.#balance;
  }

  get memberId(): string {
    return this.toJSON().memberId;
  }

  get tier(): string {
    return this.toJSON().tier;
  }

  get wallets(): Balance["wallets"] {
    return this.toJSON().wallets;
  }

  get version(): number {
    return this.#version;
  }

  get asOf(): string {
    return this.toJSON().asOf;
  }
}

/** A balance as it is answered, and the instant from which the clock makes another one of it. */
export type ReadBalance = { balance: WrittenBalance; nextChangeAt: Instant };
