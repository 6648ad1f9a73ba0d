import { Command, CommanderError } from "commander";
import { commands } from "./commands/index.ts";
import type { Api, Context } from "./context.ts";
import { BAD_INPUT, BUG, OK, PROBLEMS } from "./exit-codes.ts";
import { InputError } from "./input-error.ts";
import type { Io } from "./io.ts";
import { reworded } from "./reworded.ts";

const EXAMPLES = `
Examples:
  moebius fit data.csv --formula "y ~ x | x" --components 2 --out run --report
  moebius summary run
  moebius predict run new.csv > predictions.csv

Exit code: 0 fine, 1 problems found, 2 bad usage or input.`;

/** Runs one command line and returns its exit code; it never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = OK;
  const context: Context = {
    io,
    argv,
    api: loadApi,
    async finish(work) {
      exitCode = await work;
    },
  };
  const program = programOf(context);
  try {
    if (argv[0] === "--version" || argv[0] === "-V") {
      const { version } = await loadApi();
      io.stdout.write(`${version}\n`);
    } else {
      await program.parseAsync(argv, { from: "user" });
    }
    return exitCode;
  } catch (error) {
    return await report(error, argv, program, io);
  }
}

const loadApi = (): Promise<Api> => import("../index.ts");

function programOf(context: Context): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("moebius")
    .description("Bayesian softmax-gated mixtures of experts: fit, check, report, predict.")
    .option("-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns || 100,
      getErrHelpWidth: () => stderr.columns || 100,
    })
    .addHelpText("after", EXAMPLES);
  for (const add of commands) add(program, context);
  for (const command of program.commands) {
    command
      .optionsGroup("Output:")
      .option("--json", "print one JSON object and nothing else")
      .option("--quiet", "print the verdict only, and no progress");
  }
  return program;
}

/** Says what went wrong in one line, and returns the exit code for it. */
async function report(
  error: unknown,
  argv: readonly string[],
  program: Command,
  io: Io,
): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return OK;
  if (error instanceof CommanderError && error.code === "commander.help") return BAD_INPUT;
  const { code, message } = await judged(error, argv, program);
  io.stderr.write(`moebius: ${message}\n`);
  if (io.env["MOEBIUS_DEBUG"] === "1" && error instanceof Error) {
    io.stderr.write(`${error.stack ?? ""}\n`);
  }
  return code;
}

async function judged(
  error: unknown,
  argv: readonly string[],
  program: Command,
): Promise<{ readonly code: number; readonly message: string }> {
  if (error instanceof InputError) return { code: BAD_INPUT, message: error.message };
  if (error instanceof CommanderError) {
    const names = program.commands.map((command) => command.name());
    const command = argv.find((word) => !word.startsWith("-"));
    const known = command !== undefined && names.includes(command) ? command : undefined;
    return { code: BAD_INPUT, message: reworded(error, known, names) };
  }
  const { MoebiusError, SamplerError, StoppedError, UsageError } = await loadApi();
  if (error instanceof StoppedError) return { code: PROBLEMS, message: error.message };
  if (error instanceof UsageError) return { code: BAD_INPUT, message: inOptions(error.message) };
  if (error instanceof MoebiusError) {
    // A chain says which one it was; a sampler that cannot even begin was asked for the impossible.
    const whileSampling = error instanceof SamplerError && "chain" in error.details;
    return { code: whileSampling ? PROBLEMS : BAD_INPUT, message: error.message };
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError && /array|alloc/i.test(reason)) {
    const message = `the arrays must fit into memory; ${reason}; ask for fewer draws or components`;
    return { code: BAD_INPUT, message };
  }
  const message =
    `this is a bug in moebius: ${oneLine(reason)}; please report it with the command line; ` +
    "MOEBIUS_DEBUG=1 shows where it happened";
  return { code: BUG, message };
}

/** What the library calls an option, as the command line does. */
const inOptions = (message: string): string =>
  message.replace(
    /`(starts|draws|seed|workers|out|resume|folds|maxComponents|constant|test|bandwidth|grid|level|components)`/g,
    (_, name: string) =>
      `--${{ starts: "start", folds: "cv", maxComponents: "max-components" }[name] ?? name}`,
  );

const oneLine = (text: string): string => text.replace(/\s+/g, " ");
