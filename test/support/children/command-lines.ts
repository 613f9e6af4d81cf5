import { run } from "../../../src/cli/run.ts";
import { type CommandLine, END_OF_OUTPUT } from "../run-cli.ts";

/** Runs the command lines that it is sent, one after the other, each as a process of its own would: the program is loaded once for all. */
process.on("message", async ({ args, env }: CommandLine) => {
  process.env = env;
  await run(args);
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write(END_OF_OUTPUT, resolve));
  process.send?.(code);
});
