import type { AuditOrigin } from "../db/audit-origin.ts";
import type { Profile } from "../members/member.ts";
import type { MemberState } from "../members/member-state.ts";
import type { WalletNumbers } from "../programs/decide-context.ts";

type Facts = Record<string, unknown>;

/** A change of one member by hand: a row of `audit`. */
export type AuditRow = AuditOrigin & { memberKey: number; before: Facts | null; after: Facts | null };

/** What of a member is compared: a copy, the state changes under it. The profile's values are compared and told nobody. */
type AuditedMember = { facts: Facts; profile: Profile };

function audited({ status, tier, aliasOf, profile, wallets }: MemberState, { byNumber }: WalletNumbers): AuditedMember {
  const held = [...wallets].map(([number, { available, pending, held, debt }]) => [
    byNumber.get(number) ?? String(number),
    { available, pending, held, debt },
  ]);
  return { facts: { status, tier, standsFor: aliasOf?.id ?? null, ...Object.fromEntries(held) }, profile: profile ?? {} };
}

const changedKeys = <T extends object>(before: T, after: T): (keyof T)[] =>
  (Object.keys({ ...before, ...after }) as (keyof T)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));

const picked = (facts: Facts, keys: readonly string[]): Facts => Object.fromEntries(keys.map((key) => [key, facts[key] ?? null]));

/** What one command changes of the members that it names, without anything personal: of a profile it is the names of fields. */
export class CommandAudit {
  readonly #origin: AuditOrigin;
  readonly #wallets: WalletNumbers;
  readonly #before: ReadonlyMap<MemberState, AuditedMember>;

  /** The first member is the one who answers. */
  constructor(origin: AuditOrigin, members: readonly MemberState[], wallets: WalletNumbers) {
    this.#origin = origin;
    this.#wallets = wallets;
    this.#before = new Map(members.map((state) => [state, audited(state, wallets)]));
  }

  /** Once the command is accepted. `claim` is the id that it has taken for itself; of others there is a row where they have changed. */
  rows(claim: { kind: string; id: string } | null): AuditRow[] {
    return [...this.#before].flatMap(([state, before], index) => {
      const after = audited(state, this.#wallets);
      const keys = changedKeys(before.facts, after.facts);
      const fields = changedKeys(before.profile, after.profile).sort();
      if (index > 0 && keys.length === 0) return [];
      const said = {
        ...picked(after.facts, keys),
        ...(fields.length > 0 && { profileFields: fields }),
        ...(claim !== null && { [claim.kind]: claim.id }),
      };
      return [{ ...this.#origin, memberKey: state.key, before: keys.length > 0 ? picked(before.facts, keys) : null, after: said }];
    });
  }
}
