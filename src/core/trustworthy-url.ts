const THIS_MACHINE = ["127.0.0.1", "[::1]", "localhost"];

/** Whether what is answered there cannot be changed on the way: https, or http to this machine. */
export function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && THIS_MACHINE.includes(url.hostname));
}
