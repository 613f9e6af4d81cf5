const LIMIT_MS = 5_000;

let answer: Promise<boolean> | undefined;

/** Whether a container engine answers (a docker command on the path proves nothing). Asked once; TESTCONTAINERS=off says no. */
export function containerEngine(): Promise<boolean> {
  answer ??= process.env.TESTCONTAINERS === "off" ? Promise.resolve(false) : ask();
  return answer;
}

async function ask(): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, LIMIT_MS, false).unref());
  const engine = import("testcontainers").then(({ getContainerRuntimeClient }) => getContainerRuntimeClient());
  return Promise.race([
    engine.then(
      () => true,
      () => false, // no engine on this machine: the next kind of server is used
    ),
    late,
  ]);
}
