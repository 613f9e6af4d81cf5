import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

const PREFIX = "loy_";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 32 characters of 62 hold 190 bits. */
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const SHAPE = new RegExp(`^${PREFIX}[${ALPHABET}]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/** Bytes from here on are passed over, so that every character is equally likely. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

function checksumOf(secret: string): string {
  let rest = crc32(secret);
  let text = "";
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit += 1) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

/** A new key, such as `loy_` and 38 letters and digits: the prefix lets scanners recognise a leaked one, the last 6 are a checksum. */
export function makeApiKey(randomBytes: (size: number) => Uint8Array): string {
  let secret = "";
  while (secret.length < SECRET_LENGTH) {
    const fair = [...randomBytes(SECRET_LENGTH)].filter((byte) => byte < FAIR_BYTES);
    secret += fair.map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
  }
  secret = secret.slice(0, SECRET_LENGTH);
  return PREFIX + secret + checksumOf(secret);
}

/** False for what was never a key, so that guesses and typing errors cost no look-up. */
export function looksLikeApiKey(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  const secret = text.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  return text.endsWith(checksumOf(secret));
}

/** SHA-256: a key has 190 random bits, so no slow hash is needed. */
export const hashApiKey = (key: string): Buffer => hash("sha256", key, "buffer");

/** What a list shows of a key. */
export const hintOf = (key: string): string => `${PREFIX}…${key.slice(-HINT_LENGTH)}`;
