import { enableCompileCache } from "node:module";

// As in main.js.
enableCompileCache();
const { runIngest } = await import("./run-ingest.ts");
await runIngest();
