import { describe, expect, test } from "vitest";
import { extendExpiry } from "../../src/ledger/extend-expiry.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { at, draftOf, lotOf } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const NOW = at("2026-03-01T00:00:00Z");
const SOON = at("2026-03-02T00:00:00Z");

/** When lots expire after an activity, in a program whose points live for 30 days of its zone, UTC+8. */
function afterActivity(extendedBy: string | undefined, kind: "accrual" | "spend", lots: Parameters<typeof draftOf>[0], when = NOW) {
  const program = programOf({ wallets: [{ id: "points", expiry: "P30D", ...(extendedBy && { extendedBy }) }] });
  const [definition] = program.definition.wallets;
  if (definition === undefined) throw new Error("the program has a wallet");
  const wallets = { byId: new Map([["points", 1]]), byNumber: new Map([[1, "points"]]) };
  const draft = draftOf(lots);
  extendExpiry(draft, { number: 1, definition }, { kind, at: when }, { program, wallets, now: NOW });
  return [...draft.lots.values()].map(({ expiresAt }) => (expiresAt === NEVER ? "never" : new Date(expiresAt).toISOString().slice(0, 10)));
}

describe("extendExpiry", () => {
  const lots = [lotOf(1, 5, { expiresAt: SOON })];

  test.each([
    [undefined, "accrual", "2026-03-02"],
    ["accrual", "accrual", "2026-03-31"],
    ["accrual", "spend", "2026-03-02"],
    ["activity", "accrual", "2026-03-31"],
    ["activity", "spend", "2026-03-31"],
  ] as const)("extended by %s, %s: until %s", (extendedBy, kind, until) => {
    expect(afterActivity(extendedBy, kind, lots)).toEqual([until]);
  });

  test("no date moves closer, and what was long ago moves none", () => {
    const later = lotOf(1, 5, { expiresAt: at("2026-06-01T00:00:00Z") });
    expect(afterActivity("activity", "accrual", [later])).toEqual(["2026-06-01"]);
    expect(afterActivity("activity", "accrual", lots, at("2026-01-01T00:00:00Z"))).toEqual(["2026-03-02"]);
  });

  test("pending points count from when they become available", () => {
    const pending = lotOf(1, 5, { isPending: true, availableAt: SOON, expiresAt: at("2026-03-03T00:00:00Z") });
    expect(afterActivity("activity", "accrual", [pending])).toEqual(["2026-04-01"]);
  });

  test("neither what has expired nor what never does, nor another wallet's, nor a rule's with terms of its own", () => {
    const untouched = [
      lotOf(1, 5, { expiresAt: NOW, held: 5 }),
      lotOf(2, 5),
      lotOf(3, 5, { wallet: 2, expiresAt: SOON }),
      lotOf(4, 5, { rule: "weekend", expiresAt: SOON }),
      lotOf(5, 5, { remaining: 0, expiresAt: SOON }),
    ];
    expect(afterActivity("activity", "accrual", untouched)).toEqual(["2026-03-01", "never", "2026-03-02", "2026-03-02", "2026-03-02"]);
  });
});
