import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UnconfirmedCommits } from "../../src/cache/unconfirmed.ts";

const TTL_MS = 60_000;
const sent = (key: string, version: number, committedAt = performance.now()) => ({ key, version, text: `1 ${version} - -`, committedAt });

describe("UnconfirmedCommits", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "performance"] }));
  afterEach(() => vi.useRealTimers());

  test("covers a key until its newest commit is confirmed", () => {
    const commits = new UnconfirmedCommits(TTL_MS);
    commits.add(sent("a", 1));
    commits.add(sent("a", 2));

    commits.confirm(sent("a", 1));
    expect(commits.covers("a")).toBe(true);

    commits.confirm(sent("a", 2));
    expect(commits.covers("a")).toBe(false);
    expect(commits.covers("b")).toBe(false);
  });

  test("gives what is overdue, oldest first, in portions", () => {
    const commits = new UnconfirmedCommits(TTL_MS);
    for (const key of ["a", "b", "c"]) commits.add(sent(key, 1));
    vi.advanceTimersByTime(500);
    commits.add(sent("a", 2));

    expect(commits.overdue(performance.now() - 250, 10).map(({ key }) => key)).toEqual(["b", "c"]);
    expect(commits.overdue(performance.now() - 250, 1).map(({ key }) => key)).toEqual(["b"]);
  });

  test("forgets a commit when every copy older than it has expired", () => {
    const commits = new UnconfirmedCommits(TTL_MS);
    commits.add(sent("a", 1));

    vi.advanceTimersByTime(TTL_MS);

    expect(commits.overdue(performance.now(), 10)).toEqual([]);
    expect(commits.covers("a")).toBe(false);
  });

  test("a clock that jumps makes it forget nothing", () => {
    const commits = new UnconfirmedCommits(TTL_MS);
    commits.add(sent("a", 1));

    vi.setSystemTime(Date.now() + 2 * TTL_MS);

    expect(commits.overdue(performance.now() + 1, 10).map(({ key }) => key)).toEqual(["a"]);
    expect(commits.covers("a")).toBe(true);
  });

  test("distrusts every key for the life of a copy when it cannot remember more", () => {
    const commits = new UnconfirmedCommits(TTL_MS);
    for (let i = 0; i <= 100_000; i += 1) commits.add(sent(`m${i}`, 1));

    expect(commits.covers("m0")).toBe(true);
    expect(commits.covers("never seen")).toBe(true);
    vi.advanceTimersByTime(TTL_MS);
    expect(commits.covers("never seen")).toBe(false);
  });
});
