import { LoyaltyError } from "../core/errors.ts";
import { MemberDraft } from "./member-draft.ts";
import type { MemberState } from "./member-state.ts";

/**
 * The members that a command names beside the one who answers. Each is a draft from the moment the decision asks for it;
 * all drafts of a command are kept together or dropped together.
 */
export class OtherMembers {
  readonly #states: ReadonlyMap<string, MemberState>;
  readonly #drafts = new Map<MemberState, MemberDraft>();

  /** `states` are those that the command has named, under their locks. */
  constructor(states: ReadonlyMap<string, MemberState>) {
    this.#states = states;
  }

  /** Errors: member_not_found. */
  draftOf(memberId: string): MemberDraft {
    const state = this.#states.get(memberId);
    if (state === undefined) throw new LoyaltyError("member_not_found", { memberId });
    const draft = this.#drafts.get(state) ?? new MemberDraft(state);
    this.#drafts.set(state, draft);
    return draft;
  }

  /** As they are before the command; who is only looked at stays as they are. */
  states(): MemberState[] {
    return [...this.#states.values()];
  }

  /** What was asked for, with the states behind it. */
  drafts(): Iterable<[MemberState, MemberDraft]> {
    return this.#drafts;
  }
}
