import { programInput } from "../../support/rules.ts";
import type { Refusals } from "./asked.ts";

/** Version 1 is in force, the draft `broken` cannot be published. */
export const PROGRAM_REFUSALS: Refusals = {
  putProgram: {
    program_invalid: () => ({ body: programInput({ id: "strict", currency: "pounds" }) }),
    etag_mismatch: () => ({ body: programInput({ id: "strict" }), request: { headers: { "if-match": '"99"' } } }),
  },
  getTestClock: { test_clock_unavailable: () => ({}) },
  setTestClock: { test_clock_unavailable: () => ({ body: { now: "2026-03-02T00:00:00Z" } }) },
  getRuleSet: { rule_set_not_found: () => ({}) },
  cancelRuleSet: { rule_set_not_found: () => ({}), rule_set_not_scheduled: () => ({ values: { version: "1" } }) },
  getCampaign: { campaign_not_found: () => ({}) },
  putDraft: { etag_mismatch: () => ({ body: {}, request: { headers: { "if-match": '"99"' } } }) },
  getDraft: { draft_not_found: () => ({}) },
  deleteDraft: {
    draft_not_found: () => ({}),
    etag_mismatch: () => ({ values: { draftId: "broken" }, request: { headers: { "if-match": '"99999"' } } }),
  },
  validateDraft: { draft_not_found: () => ({}) },
  publishDraft: {
    draft_not_found: () => ({}),
    program_invalid: () => ({ values: { draftId: "broken" } }),
    etag_mismatch: () => ({ values: { draftId: "broken" }, request: { headers: { "if-match": '"99999"' } } }),
  },
  diffRuleSets: { rule_set_not_found: () => ({ values: { version: "1" }, query: "?to=99" }) },
  publishRuleSet: {
    rule_set_not_found: () => ({}),
    program_invalid: () => ({ values: { version: "1" } }),
    etag_mismatch: () => ({ values: { version: "2" }, request: { headers: { "if-match": '"99"' } } }),
  },
};
