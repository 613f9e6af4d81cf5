import { enableCompileCache } from "node:module";

// As in main.ts.
enableCompileCache();
const { runIngest } = await import("./run-ingest.ts");
await runIngest();
