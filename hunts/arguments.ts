/** A whole number that an option of a hunt was given; the process ends where it is none. */
export function wholeOption(options: Record<string, string | boolean | undefined>, name: string): number {
  const value = Number(options[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number from 0 on, not "${options[name]}"`);
  process.exit(2);
}
