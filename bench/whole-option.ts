/** A whole number of the command line from `least` on; ends with 2 for anything else. */
export function wholeOption(option: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`${option} takes a whole number from ${least} on, not "${text}"`);
  process.exit(2);
}

/** A number of the command line above 0; ends with 2 for anything else. */
export function shareOption(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`${option} takes a number above 0, not "${text}"`);
  process.exit(2);
}
