import { compileProgram, parseProgram } from "../src/programs/compile.ts";
import type { CartFacts, MemberFacts } from "../src/rules/decision.ts";
import { benchCart, benchMember, campaigns } from "./campaigns.ts";

export const DECIDED_AT = new Date("2026-06-15T10:00:00Z");

/** Decides so many orders, of different members and carts, by a program with so many campaigns. */
export function decideCampaigns(size: number, decisions: number): () => void {
  const definition = parseProgram({
    id: "bench",
    name: "Bench",
    currency: "GBP",
    timeZone: "Europe/London",
    wallets: [{ id: "points" }],
    earning: [{ wallet: "points", points: 1, perAmount: 100 }],
    tiers: [{ id: "regular" }, { id: "silver" }, { id: "gold" }],
    rules: campaigns(size),
  });
  const program = compileProgram(definition, 1);
  const carts: [MemberFacts, CartFacts][] = Array.from({ length: decisions }, (_, n) => [benchMember(n), benchCart(n)]);
  return () => {
    for (const [member, cart] of carts) program.decideOrder(member, cart, DECIDED_AT);
  };
}
