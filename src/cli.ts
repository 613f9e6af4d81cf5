import { enableCompileCache } from "node:module";

// Before anything else is loaded: a command line is started again and again, and loads compiled code in two thirds of the time.
enableCompileCache();
const [{ run }, { endQuietlyOnClosedPipe }] = await Promise.all([import("./cli/run.ts"), import("./cli/output.ts")]);

endQuietlyOnClosedPipe();
await run(process.argv.slice(2));
