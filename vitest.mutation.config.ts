import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The part of the cases of each property that is tried on a mutant. */
const PART_OF_CASES = 1 / 20;

/** Fast tests first: most mutants end at the first failure. */
class UnitTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

const rank = ({ moduleId }: TestSpecification) => (moduleId.includes("/test/unit/") ? 0 : 1);

/** What `npm run verify:mutants` runs: the tests that need neither Postgres nor Redis. */
export default defineConfig({
  plugins: [
    {
      name: "tests-for-mutants",
      enforce: "pre",
      transform(code, id) {
        if (!/\/test\/(?:unit|property)\//.test(id)) return undefined;
        return (
          code
            .replaceAll(/numRuns: (\d+)/g, (_, runs) => `...fc.readConfigureGlobal(), numRuns: ${Math.ceil(Number(runs) * PART_OF_CASES)}`)
            // How long something took says nothing while mutants run: a slow machine must not find one.
            .replaceAll(/performance\.now\(\) - [a-z]\w*/g, "0")
        );
      },
    },
  ],
  test: {
    include: ["test/{unit,property}/**/*.test.ts"],
    setupFiles: ["test/support/mutant-on-load.ts", "test/support/same-cases.ts"],
    sequence: { sequencer: UnitTestsFirst },
    // What the plugin makes of a test must not be taken from a run with another plugin.
    fsModuleCache: false,
    isolate: false,
    testTimeout: 120_000,
  },
});
