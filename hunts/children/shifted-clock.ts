import { readFileSync } from "node:fs";

/** Loaded before a service with `--import`: its clock is off by the milliseconds that the file CLOCK_OFFSET_FILE says at the moment. */
const POLL_MS = 10;
const file = process.env.CLOCK_OFFSET_FILE;
if (file === undefined) throw new Error("CLOCK_OFFSET_FILE names no file");

const systemNow = Date.now;
let offsetMs = 0;
setInterval(() => {
  offsetMs = Number(readFileSync(file, "utf8"));
}, POLL_MS).unref();

Date.now = () => systemNow() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (system, given, asked) => Reflect.construct(system, given.length === 0 ? [Date.now()] : given, asked),
});
