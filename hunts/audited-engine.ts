import { auditedFor } from "../src/db/audit-origin.ts";
import type { Engine } from "../src/engine/commands.ts";

/** The engine for who submits without HTTP what the ledger must be able to say who asked for it, such as adjustments. */
export const auditedEngine = (engine: Engine): Engine => ({
  submit: (program, command, options) =>
    auditedFor({ actor: "root", requestId: "hunt", action: command.kind }, () => engine.submit(program, command, options)),
  drain: () => engine.drain(),
});
