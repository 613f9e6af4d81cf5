import { balanceArrivals, orderArrivals } from "./arrivals.ts";
import { balances } from "./balances.ts";
import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { growth } from "./growth.ts";
import { imports } from "./imports.ts";
import { memory } from "./memory.ts";
import { orders1, orders32, orders128 } from "./orders.ts";
import { quotes } from "./quotes.ts";
import { redemptions } from "./redemptions.ts";
import { starts } from "./starts.ts";

/** In the order in which they run: those that write to the shop stand together, and its ledger is looked through after them. */
export const CASES: readonly Case[] = [
  orders128,
  orders32,
  orders1,
  orderArrivals,
  memory,
  balances,
  balanceArrivals,
  quotes,
  imports,
  redemptions,
  decisions,
  starts,
  growth,
];
