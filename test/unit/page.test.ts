import { expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, Page, pageFrom } from "../../src/http/page.ts";

const Position = z.tuple([z.string(), z.int()]);

test("a cursor gives back what was put in, and is safe in a URL", () => {
  const cursor = encodeCursor(["2026-03-01/né?", 7]);

  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(Position, cursor)).toEqual(["2026-03-01/né?", 7]);
  expect(decodeCursor(Position, undefined)).toBeUndefined();
});

test.each(["x", "!!!", encodeCursor("other"), encodeCursor([1, 2]), encodeCursor(["a", 1.5])])(
  "%s is not a cursor of the list",
  (cursor) => {
    expect(() => decodeCursor(Position, cursor)).toThrow(
      expect.objectContaining({ code: "request_invalid", errors: [expect.objectContaining({ pointer: "/query/cursor" })] }),
    );
  },
);

test("a page ends with a cursor exactly when there is more", () => {
  const view = (row: number) => row * 10;
  const positionOf = (row: number) => row;

  expect(pageFrom([1, 2, 3], 2, view, positionOf)).toEqual({ data: [10, 20], nextCursor: encodeCursor(2) });
  expect(pageFrom([1, 2], 2, view, positionOf)).toEqual({ data: [10, 20], nextCursor: null });
  expect(pageFrom([], 2, view, positionOf)).toEqual({ data: [], nextCursor: null });
});

test.each([
  ["", false],
  ["0", false],
  ["201", false],
  ["1.5", false],
  ["ten", false],
  ["1", true],
  ["200", true],
])("limit=%s", (limit, isAccepted) => {
  expect(Page.safeParse({ limit }).success).toBe(isAccepted);
});
