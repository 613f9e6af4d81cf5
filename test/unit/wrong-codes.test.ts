import { describe, expect, test } from "vitest";
import { WrongCodes } from "../../src/core/wrong-codes.ts";

describe("WrongCodes", () => {
  const refusal = (retryAfterSeconds: number) =>
    expect.objectContaining({ code: "rate_limited", details: { reason: "too many wrong codes", retryAfterSeconds } });
  const tenWrong = (at = 0) => {
    const codes = new WrongCodes();
    for (let n = 0; n < 10; n += 1) {
      codes.requireFew("a", at);
      codes.note("a", at);
    }
    return codes;
  };

  test("lets ten pass in a minute, and each sender by themselves", () => {
    const codes = tenWrong();
    expect(() => codes.requireFew("a", 0)).toThrow(refusal(60));
    expect(() => codes.requireFew("a", 58_500)).toThrow(refusal(2));
    expect(() => codes.requireFew("a", 59_999)).toThrow(refusal(1));
    codes.requireFew("b", 0);
  });

  test("begins anew when the minute is over", () => {
    const codes = tenWrong();
    codes.requireFew("a", 60_000);
    codes.requireFew("a", 0);

    const late = tenWrong();
    late.note("a", 59_999);
    expect(() => late.requireFew("a", 59_999)).toThrow(refusal(1));
    late.note("a", 60_000);
    late.requireFew("a", 60_000);
    for (let n = 0; n < 9; n += 1) late.note("a", 60_001);
    expect(() => late.requireFew("a", 60_001)).toThrow(refusal(60));
  });

  test("forgets those whose minute is over before it remembers ten thousand", () => {
    const codes = tenWrong(-59_990);
    for (let n = 0; n < 9_998; n += 1) codes.note(`other-${n}`, 0);
    expect(() => codes.requireFew("a", -59_990)).toThrow(refusal(60));
    codes.note("last", 10);
    codes.requireFew("a", -59_990);
    const kept = tenWrong(-59_989);
    for (let n = 0; n < 9_999; n += 1) kept.note(`other-${n}`, 10);
    expect(() => kept.requireFew("a", -59_989)).toThrow(refusal(60));
  });
});
