import { enableCompileCache } from "node:module";

// Before anything else is loaded: a command line is started again and again, and loads compiled code in two thirds of the time.
enableCompileCache();
const { run } = await import("./cli/run.ts");

await run(process.argv.slice(2));
