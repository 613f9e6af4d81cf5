import { Command, CommanderError } from "commander";
import { addApply } from "./commands/apply.ts";
import { addAudit } from "./commands/audit.ts";
import { addBackup, addRestore } from "./commands/backup.ts";
import { addChain } from "./commands/chain.ts";
import { addCouponCodes } from "./commands/coupon-codes.ts";
import { addDrafts } from "./commands/drafts.ts";
import { addExport } from "./commands/export.ts";
import { addImport } from "./commands/import.ts";
import { addKeys } from "./commands/keys.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addOpenapi } from "./commands/openapi.ts";
import { addRuleSets } from "./commands/rule-sets.ts";
import { addVerify } from "./commands/verify.ts";
import { CliError, EXIT } from "./exit.ts";
import { note } from "./output.ts";

const COMMANDS = [
  addApply,
  addAudit,
  addChain,
  addCouponCodes,
  addDrafts,
  addImport,
  addExport,
  addKeys,
  addMigrate,
  addOpenapi,
  addRuleSets,
  addVerify,
  addBackup,
  addRestore,
];

const ABOUT = `
Environment:
  LOYALTY_URL  the service (http://127.0.0.1:3000)
  LOYALTY_KEY  an API key of the program, or the root key together with --program;
               without it the root key of a service on this machine, in DATA_DIR/root-key (.data/root-key)

Exit codes: 0 fine; 1 refused, a line failed or a difference was found; 2 wrong usage`;

function loyaltyCommand(): Command {
  const loyalty = new Command("loyalty")
    .description("the command line of the loyalty engine: a client of its HTTP API")
    .showHelpAfterError("(--help says more)")
    .exitOverride()
    .addHelpText("after", ABOUT);
  for (const add of COMMANDS) add(loyalty);
  return loyalty;
}

/** Commander's own refusals are already printed; --help and --version are no errors. */
function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
}

/** Runs one command line and sets the exit code. A defect is printed with its stack. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await loyaltyCommand().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = exitCodeOf(error);
      return;
    }
    if (!(error instanceof CliError)) throw error;
    note(`loyalty: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
