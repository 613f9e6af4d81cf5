import { describe, expect, test } from "vitest";
import { Overlay } from "../../src/core/overlay.ts";

describe("Overlay", () => {
  test("shows what was changed over what was there, and changes nothing until it is kept", () => {
    const base = new Map([
      ["a", { n: 1 }],
      ["b", { n: 2 }],
    ]);
    const overlay = new Overlay(base);

    Object.assign(overlay.edit("a") ?? {}, { n: 10 });
    overlay.set("c", { n: 3 });
    Object.assign(overlay.edit("a") ?? {}, { n: 11 });

    expect(overlay.edit("d")).toBeUndefined();
    expect([overlay.get("a"), overlay.get("b"), overlay.get("d")]).toEqual([{ n: 11 }, { n: 2 }, undefined]);
    expect([...overlay.entries()]).toEqual([
      ["b", { n: 2 }],
      ["a", { n: 11 }],
      ["c", { n: 3 }],
    ]);
    expect([...overlay.values()].map(({ n }) => n)).toEqual([2, 11, 3]);
    expect([...overlay.changedKeys()]).toEqual(["a", "c"]);
    expect(Object.fromEntries(base)).toEqual({ a: { n: 1 }, b: { n: 2 } });

    overlay.keep();
    expect(Object.fromEntries(base)).toEqual({ a: { n: 11 }, b: { n: 2 }, c: { n: 3 } });
  });
});
