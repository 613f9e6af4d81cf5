import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./test/support/long-files-first.ts";

/** Where continuous integration wants the counts of the run as JSON. */
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    pool: "forks",
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Files of one worker share what they import: no test changes a module, and each would load some 400 of them anew.
    isolate: false,
    // Tests wait for Postgres most of the time: two at once keep two cores busy.
    maxWorkers: 2,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
  },
});
