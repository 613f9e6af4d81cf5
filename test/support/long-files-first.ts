import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes ten seconds and more, the longest first: begun last, one of them would run while the other worker has nothing to do. */
const LONG = [
  "integration/faults",
  "integration/main",
  "integration/request-hunt",
  "integration/member-days",
  "integration/restore",
  "scenarios/real-orders",
  "integration/stories",
  "integration/crashes",
  "integration/embedded-postgres",
  "integration/cli",
  "model/ledger-model",
  "integration/expiry",
  "integration/concurrency",
  "integration/budget-concurrency",
  "integration/former-releases",
  "property/decide-order",
  "contract/faults",
  "contract/document",
].map((name) => `/test/${name}.test.ts`);

const place = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((name) => moduleId.endsWith(name));
  return at === -1 ? LONG.length : at;
};

/** On a fresh checkout nothing is known of former runs, and sizes of files say little of these. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
