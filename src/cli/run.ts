import { Command, CommanderError } from "commander";
import { CliError, EXIT } from "./exit.ts";
import { note } from "./output.ts";

/** By their names. Each is loaded when it is called: all of them together take longer than most have to do. */
const COMMANDS: Readonly<Record<string, () => Promise<(loyalty: Command) => void>>> = {
  apply: async () => (await import("./commands/apply.ts")).addApply,
  audit: async () => (await import("./commands/audit.ts")).addAudit,
  chain: async () => (await import("./commands/chain.ts")).addChain,
  "coupon-codes": async () => (await import("./commands/coupon-codes.ts")).addCouponCodes,
  drafts: async () => (await import("./commands/drafts.ts")).addDrafts,
  events: async () => (await import("./commands/events.ts")).addEvents,
  import: async () => (await import("./commands/import.ts")).addImport,
  export: async () => (await import("./commands/export.ts")).addExport,
  keys: async () => (await import("./commands/keys.ts")).addKeys,
  migrate: async () => (await import("./commands/migrate.ts")).addMigrate,
  openapi: async () => (await import("./commands/openapi.ts")).addOpenapi,
  "rule-sets": async () => (await import("./commands/rule-sets.ts")).addRuleSets,
  webhooks: async () => (await import("./commands/webhooks.ts")).addWebhooks,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  backup: async () => (await import("./commands/backup.ts")).addBackup,
  restore: async () => (await import("./commands/backup.ts")).addRestore,
};

const ABOUT = `
Environment:
  LOYALTY_URL  the service (http://127.0.0.1:3000)
  LOYALTY_KEY  an API key of the program, or the root key together with --program;
               without it the root key of a service on this machine, in DATA_DIR/root-key (.data/root-key)

Exit codes: 0 fine; 1 refused, a line failed or a difference was found; 2 wrong usage`;

async function loyaltyCommand(name: string | undefined): Promise<Command> {
  const loyalty = new Command("loyalty")
    .description("the command line of the loyalty engine: a client of its HTTP API")
    .showHelpAfterError("(--help says more)")
    .exitOverride()
    .addHelpText("after", ABOUT);
  const called = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  for (const load of called === undefined ? Object.values(COMMANDS) : [called]) (await load())(loyalty);
  return loyalty;
}

/** Commander's own refusals are already printed; --help and --version are no errors. */
function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
}

/** Runs one command line and sets the exit code. A defect is printed with its stack. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    const loyalty = await loyaltyCommand(args[0]);
    await loyalty.parseAsync(args, { from: "user" });
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
