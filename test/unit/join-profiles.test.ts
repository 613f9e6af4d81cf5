import { expect, test } from "vitest";
import { filledWith, missingOf, withoutFilled } from "../../src/merges/join-profiles.ts";

const TARGET = { displayName: "Ada", attributes: { size: "xl" } };
const SOURCE = { displayName: "Ada L.", email: "ada@example.com", birthDate: "1990-12-10", attributes: { size: "m", lang: "en" } };

test("what a profile says stays, and what it lacks is filled in name by name", () => {
  const missing = missingOf(TARGET, SOURCE);

  expect(missing).toEqual({ email: "ada@example.com", birthDate: "1990-12-10", attributes: { lang: "en" } });
  expect(filledWith(TARGET, missing)).toEqual({ ...SOURCE, displayName: "Ada", attributes: { size: "xl", lang: "en" } });
  expect(missingOf(SOURCE, TARGET)).toEqual({});
});

test("what was filled in goes again, but not what was changed since", () => {
  const missing = missingOf(TARGET, SOURCE);
  const filled = filledWith(TARGET, missing);

  expect(withoutFilled(filled, missing)).toEqual(TARGET);
  expect(withoutFilled({ ...filled, email: "new@example.com", attributes: { ...filled.attributes, lang: "fr" } }, missing)).toEqual({
    ...TARGET,
    email: "new@example.com",
    attributes: { size: "xl", lang: "fr" },
  });
});
