import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratchFolder, spawnCli } from "../helpers/cli.ts";
import { smallPlan } from "../helpers/experiment-plans.ts";
import { gathered, resultCount, started } from "../helpers/experiment-runs.ts";

const { path, write, remove } = scratchFolder();
const TASKS = 200;
let plan: string;

/** Runs a program; what it printed, or undefined where there is no such program or it failed. */
const quietly = (program: string, argv: readonly string[]): string | undefined => {
  try {
    return execFileSync(program, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
};

/** Where bullmq and ioredis are, if not among our own packages. */
const PACKAGES = process.env["ENGINE_PACKAGES"];

/** Why an engine cannot be tested here; undefined where it can. */
const without = {
  slurm: quietly("sinfo", ["-h"])?.trim() ? undefined : "no Slurm answers (scripts/start-slurm.sh)",
  redis: quietly("redis-server", ["--version"]) ? undefined : "there is no redis-server",
  bullmq: existsSync(join(PACKAGES ?? ".", "node_modules", "bullmq"))
    ? undefined
    : "there is no bullmq (ENGINE_PACKAGES: a folder where npm has installed bullmq and ioredis)",
};
for (const reason of Object.values(without)) {
  if (reason !== undefined) console.warn(`Tests of an engine are left out: ${reason}.`);
}

beforeAll(async () => {
  plan = write("plan.json", JSON.stringify(smallPlan(TASKS / 2)));
  // What engines are compared with.
  const one = ["experiment", plan, "--out", path("one"), "--workers", "1"];
  if (Object.values(without).some((reason) => reason === undefined)) await started(one).ended;
}, 60_000);

afterAll(remove);

/** Kills slurmd, the steps of its jobs and all that they run, as a power cut does; which jobs were running. */
function loseNode(): string[] {
  const slurmd = readFileSync("/var/run/slurmd.pid", "utf8").trim();
  const steps = quietly("scontrol", ["listpids"])!
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  const pids = steps.map(([pid]) => pid!).filter((pid) => Number(pid) > 0);
  const parents = quietly("ps", ["-o", "ppid=", "-p", pids.join(",")])!
    .trim()
    .split(/\s+/);
  const all = new Set([slurmd, ...parents.filter((pid) => Number(pid) > 1), ...pids]);
  for (const pid of all) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // Gone with what it was part of.
    }
  }
  return [...new Set(steps.map(([, job]) => job!))];
}

describe.skipIf(without.slurm !== undefined)("slurm", () => {
  it("comes to the same bytes when a job is killed with -9", async () => {
    const out = path("slurm");
    const argv = ["experiment", plan, "--out", out, "--engine", "slurm", "--chunk", "100"];
    const run = started([...argv, "--quiet"]);
    while (resultCount(out) < 10) await setTimeout(5);
    const [job] = quietly("squeue", ["-h", "-r", "-t", "R", "-o", "%i"])!.trim().split("\n");
    quietly("scancel", ["--signal=KILL", "--full", job!]);
    expect(await run.ended).toBe(0);
    expect(quietly("scontrol", ["show", "job", job!])).toContain("JobState=CANCELLED");
    expect(gathered(out)).toEqual(gathered(path("one")));
  });

  it.skipIf(process.env["ENGINE_LOSES_NODE"] === undefined)(
    "comes to the same bytes when the node is lost under its jobs and comes back",
    async () => {
      const out = path("node");
      const argv = ["experiment", plan, "--out", out, "--engine", "slurm", "--chunk", "50"];
      const run = started([...argv, "--quiet"]);
      while (resultCount(out) < 10) await setTimeout(5);
      const jobs = loseNode();
      expect(jobs.length).toBeGreaterThan(0);
      const done = resultCount(out);
      expect(done).toBeLessThan(TASKS);
      const node = quietly("sinfo", ["-h", "-o", "%n"])!.trim();
      const update = (...words: string[]) => quietly("scontrol", ["update", ...words]);
      update(`nodename=${node}`, "state=down", "reason=lost");
      while (!quietly("sinfo", ["-h", "-o", "%T"])!.includes("down")) await setTimeout(50);
      // Nobody works while the node is away.
      expect(resultCount(out)).toBe(done);
      execFileSync("slurmd");
      update(`nodename=${node}`, "state=resume");
      // Slurm lets a job that lost its node wait for two minutes.
      const waiting = setInterval(() => {
        for (const job of jobs) update(`jobid=${job}`, "starttime=now");
      }, 1000);
      const code = await run.ended;
      clearInterval(waiting);
      expect(code).toBe(0);
      expect(gathered(out)).toEqual(gathered(path("one")));
    },
    120_000,
  );

  it("says what sbatch says where it refuses", async () => {
    const argv = ["experiment", plan, "--out", path("refused"), "--engine", "slurm"];
    const { code, stderr } = await spawnCli([...argv, "--sbatch=--partition=nowhere"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/sbatch must take the job array; it said: .*partition/);
  });
});

describe.skipIf((without.redis ?? without.bullmq) !== undefined)("bullmq", () => {
  let redis: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `redis://localhost:${port}`;
    redis = spawn("redis-server", ["--port", `${port}`, "--save", "", "--dir", path()], {
      stdio: "ignore",
    });
    while (quietly("redis-cli", ["-p", `${port}`, "ping"]) === undefined) await setTimeout(50);
  });

  afterAll(() => void redis.kill());

  it("comes to the same bytes when one of two workers is killed with -9", async () => {
    const out = path("bullmq");
    const argv = ["experiment", plan, "--out", out, "--engine", "bullmq", "--redis", url];
    const first = started([...argv, "--workers", "1", "--quiet"], env());
    while (resultCount(out) < 5) await setTimeout(5);
    const second = started([...argv, "--workers", "1", "--quiet"], env());
    while (resultCount(out) < 60) await setTimeout(5);
    first.child.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    expect(await second.ended).toBe(0);
    expect(gathered(out)).toEqual(gathered(path("one")));
  });
});

it.skipIf(without.bullmq !== undefined)("says where no Redis answers", async () => {
  const port = await freePort();
  const argv = ["experiment", plan, "--out", path("none"), "--engine", "bullmq"];
  const at = ["--redis", `redis://localhost:${port}`];
  const { code, stderr } = await spawnCli([...argv, ...at], { env: env() });
  expect(code).toBe(2);
  expect(stderr).toContain("must be where a Redis answers");
});

it("says which packages the queue needs where they are absent", async () => {
  const argv = ["experiment", plan, "--out", path("absent"), "--engine", "bullmq"];
  const at = ["--redis", "redis://localhost:1"];
  const { code, stderr } = await spawnCli([...argv, ...at], { env: lookedUpIn(path("nowhere")) });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /must have the packages bullmq and ioredis; .* npm install bullmq ioredis/,
  );
});

const env = () => (PACKAGES === undefined ? {} : lookedUpIn(PACKAGES));

/** Lets a process look for the packages of the queue in a folder alone. */
function lookedUpIn(folder: string): Record<string, string> {
  const from = JSON.stringify(pathToFileURL(join(folder, "from.js")).href);
  const hooks = write(
    "hooks.mjs",
    `export const resolve = async (name, context, next) => {
  const isOurs = name === "bullmq" || name === "ioredis";
  return next(name, isOurs ? { ...context, parentURL: ${from} } : context);
};
`,
  );
  const register = write(
    "register.mjs",
    `import { register } from "node:module";\nregister(${JSON.stringify(pathToFileURL(hooks).href)});\n`,
  );
  return { NODE_OPTIONS: `--import=${register}` };
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
