import { barredFrom } from "./audience/audience.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { StepBudget } from "./conditions/budget.ts";
import { judgeCondition, selectLines } from "./conditions/condition.ts";
import { CelEvent, CelLocal, CelMember, CelOrder, type ConditionFacts, longestList } from "./conditions/facts.ts";
import type { MemberFacts, RuleTrace } from "./decision.ts";
import type { OpenCart } from "./open-cart.ts";
import type { OpenLine } from "./open-line.ts";
import { type Moment, momentOf } from "./schedules/moment.ts";

export type Reason = NonNullable<RuleTrace["reason"]>;

/** The lines that a rule touches, or why it does not apply. */
export type Judgement = { lines: readonly OpenLine[] } | { reason: Reason };

/** Judges the rules of one order or event that are not ruled out, each at its turn. Facts become CEL values at most once, and only if a condition asks. */
export class Judge {
  readonly #member: MemberFacts;
  readonly #cart: OpenCart;
  readonly #now: Date;
  readonly #zone: string;
  readonly #takenBy = new Map<string, string>();
  #moment: Moment | undefined;
  #asked: { facts: ConditionFacts; budget: StepBudget } | undefined;

  constructor(member: MemberFacts, cart: OpenCart, now: Date, zone: string) {
    this.#member = member;
    this.#cart = cart;
    this.#now = now;
    this.#zone = zone;
  }

  judge(rule: CompiledRule): Judgement {
    const barred = this.#outOfAudience(rule) ?? this.#outOfSchedule(rule) ?? this.#outOfGroup(rule);
    if (barred !== null) return { reason: barred };
    this.#asked?.facts.order?.beginTurn();
    if (rule.when !== null) {
      const { facts, budget } = this.#ask();
      const reason = judgeCondition(rule.when, facts, budget);
      if (reason !== null) return { reason };
    }
    return this.#select(rule);
  }

  /** The rule has given something: the rest of its exclusive group goes without. */
  applied({ group, id }: CompiledRule): void {
    if (group !== null) this.#takenBy.set(group, id);
  }

  #ask(): { facts: ConditionFacts; budget: StepBudget } {
    const { facts, lines, gross, event } = this.#cart;
    this.#asked ??= {
      facts: {
        member: new CelMember(this.#member, this.#now, this.#zone),
        ...(event === undefined ? { order: new CelOrder(facts, lines, gross) } : { event: new CelEvent(event) }),
        now: this.#now,
        local: new CelLocal(this.#now, this.#zone),
      },
      budget: new StepBudget(longestList(this.#member, facts, event)),
    };
    return this.#asked;
  }

  #outOfAudience({ audience }: CompiledRule): Reason | null {
    return audience === null ? null : barredFrom(audience, this.#member);
  }

  #outOfSchedule({ schedule }: CompiledRule): Reason | null {
    if (schedule === null) return null;
    this.#moment ??= momentOf(this.#now, this.#zone);
    return schedule.bars(this.#moment, this.#member);
  }

  #outOfGroup({ group }: CompiledRule): Reason | null {
    const by = group === null ? undefined : this.#takenBy.get(group);
    return group === null || by === undefined ? null : { kind: "group_taken", group, by };
  }

  #select({ lines: condition }: CompiledRule): Judgement {
    const { lines } = this.#cart;
    if (condition === null) return { lines };
    const { facts, budget } = this.#ask();
    const selected = selectLines(condition, facts, budget);
    if ("kind" in selected) return { reason: selected };
    const touched = lines.filter((_, index) => selected[index]);
    return touched.length === 0 ? { reason: { kind: "no_line_matched" } } : { lines: touched };
  }
}
