import { crc32 } from "node:zlib";
import { Written } from "../core/written.ts";
import type { Balance } from "./balance.ts";

/** Of all but the instant for which a balance holds. `asOf` comes last, wherever a balance is made. */
const checksumOf = (text: string): string => crc32(text.slice(0, text.lastIndexOf(',"asOf":'))).toString(36);

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

  /** The balance of this version from its JSON. Throws where that is not what the checksum was made of. */
  static read(version: number, text: string, checksum: string): WrittenBalance {
    if (checksumOf(text) !== checksum) throw new Error("a balance whose checksum is another one");
    const written = new WrittenBalance(version);
    written.#text = text;
    written.#checksum = checksum;
    return written;
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
