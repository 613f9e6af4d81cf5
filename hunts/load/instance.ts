import { type ServiceProcess, startServiceProcess } from "../../test/support/service-process.ts";

/** A service process at one address, which is ended and started again. */
export type Instance = {
  url: string;
  /** Ends it as `kill -9` does, and starts it again. */
  kill(): Promise<void>;
  /** Tells it to stop, waits until it has, and starts it again. Answers the code that it ended with. */
  roll(): Promise<number | null>;
  close(): Promise<void>;
};

export async function startInstance(settings: Record<string, string>): Promise<Instance> {
  let service: ServiceProcess = await startServiceProcess(settings);
  const again = { ...settings, PORT: new URL(service.url).port };
  const end = async (signal: NodeJS.Signals) => {
    service.signal(signal);
    return service.ended;
  };
  const startAgain = async () => {
    service = await startServiceProcess(again);
  };
  return {
    url: service.url,
    async kill() {
      await end("SIGKILL");
      await startAgain();
    },
    async roll() {
      const code = await end("SIGTERM");
      await startAgain();
      return code;
    },
    close: async () => void (await end("SIGTERM")),
  };
}
