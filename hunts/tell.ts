const SHOWN = 20;

/** Shows what a hunt found, and lets the process fail when that is anything. */
export function tell(wrong: readonly string[]): void {
  for (const what of wrong.slice(0, SHOWN)) console.error(what);
  if (wrong.length === 0) {
    console.log("nothing is wrong");
    return;
  }
  console.error(`${wrong.length} things are wrong`);
  process.exitCode = 1;
}
