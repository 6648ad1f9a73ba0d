import type { CommanderError } from "commander";

/** What commander says is wrong with a command line, in the words of this program. */
export function reworded(
  error: CommanderError,
  command: string | undefined,
  commands: readonly string[],
): string {
  const name = command === undefined ? "moebius" : `moebius ${command}`;
  const found = /'(.+?)'/.exec(error.message)?.[1] ?? "";
  const near = /Did you mean (?:one of )?(.+?)\?/.exec(error.message)?.[1];
  const hint = near === undefined ? `; see ${name} --help` : `; did you mean ${near}?`;
  switch (error.code) {
    case "commander.unknownOption":
      return `options of \`${name}\` must be known ones; got ${found}${hint}`;
    case "commander.unknownCommand":
      return `the command must be one of ${commands.join(", ")}; got "${found}"${hint}`;
    case "commander.missingArgument":
      return `\`${name}\` must be given <${found}>; got nothing; see ${name} --help`;
    case "commander.optionMissingArgument":
      return `${found} must be followed by its value; got nothing; see ${name} --help`;
    case "commander.excessArguments":
      return `\`${name}\` must be given ${counts(error.message)}; put quotes around what holds blanks`;
    default:
      return `${error.message.replace(/^error: /, "")}; see ${name} --help`;
  }
}

function counts(message: string): string {
  const [expected = "", got = ""] = message.match(/\d+/g) ?? [];
  return `${expected} argument${expected === "1" ? "" : "s"}; got ${got}`;
}
