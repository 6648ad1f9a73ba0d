/** The command line of these words as a shell reads it, from the start: also where it continued a run. */
export function commandLine(argv: readonly string[]): string {
  const words = argv.filter((word) => word !== "--resume");
  return ["moebius", ...words.map(quoted)].join(" ");
}

/** A word in single quotes, where a shell would not take it as it is. */
const quoted = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
