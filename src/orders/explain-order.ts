import type { PlaceOrder, ProgramContext } from "../engine/commands.ts";
import type { Quotes } from "../engine/quotes.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { type ExplanationView, readExplanation } from "./views.ts";

/** What the rules said of an order that was just answered: from its row, or for a dry run, which has none, from the same cart quoted. */
export async function explainOrder(
  { reads, quotes }: { reads: ReadDeps; quotes: Quotes },
  program: ProgramContext,
  { orderId, cart }: PlaceOrder,
  dryRun: boolean,
): Promise<ExplanationView["rules"]> {
  if (!dryRun) return (await readExplanation(reads, program, orderId)).rules;
  return (await quotes.quote(program, cart, { explain: true })).explanation ?? [];
}
