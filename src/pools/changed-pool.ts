import { PlanAnew } from "../members/plan-anew.ts";

/** Who is in a pool is another than the command was planned for. */
export class ChangedPool extends PlanAnew {
  override readonly name = "ChangedPool";
}
