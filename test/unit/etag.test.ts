import { expect, test } from "vitest";
import { etagOf, namesTag, versionDemanded } from "../../src/http/etag.ts";

test("If-None-Match names a version by its tag, weak or in a list, or any", () => {
  expect(etagOf(7)).toBe('"7"');
  for (const header of ['"7"', 'W/"7"', '"6", "7"', "*"]) expect(namesTag(header, etagOf(7))).toBe(true);
  for (const header of [undefined, '"8"', '"77"', "7"]) expect(namesTag(header, etagOf(7))).toBe(false);
});

test("If-Match demands one version, or none", () => {
  expect(versionDemanded('"7"')).toBe(7);
  expect(versionDemanded(undefined)).toBeUndefined();
  expect(versionDemanded("*")).toBeUndefined();
  for (const header of ['"x"', 'W/"7"', '"7", "8"'])
    expect(() => versionDemanded(header)).toThrow(expect.objectContaining({ code: "etag_mismatch" }));
});
