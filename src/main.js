import cluster from "node:cluster";
import { enableCompileCache } from "node:module";

// Before anything else is loaded: a process that starts again loads compiled code in two thirds of the time. This file is no TypeScript,
// for which what removes types would have to be loaded, which nobody else needs once the cache is there.
enableCompileCache();
if (cluster.isPrimary) {
  const { runFirst } = await import("./run-first.ts");
  await runFirst();
} else {
  const { runSibling } = await import("./run-sibling.ts");
  await runSibling();
}
