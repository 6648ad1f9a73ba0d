import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import * as moebius from "../../../src/index.ts";

const blocks = [
  ...readFileSync("docs/losses.md", "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm),
].map((match) => match[1]!);

/** The blocks as one script, whose imports are taken from what is given and whose prints are kept. */
function run(script: string): string[] {
  const { code } = transformSync(script, { loader: "ts", format: "esm", target: "node20" });
  const body = code.replace(/^import \{([^}]*)\} from "moebius";$/gm, "const {$1} = moebius;");
  const printed: string[] = [];
  const console = {
    log: (...parts: unknown[]) =>
      printed.push(
        parts.map((part) => (typeof part === "string" ? part : inspect(part))).join(" "),
      ),
  };
  new Function("moebius", "console", body)(moebius, console);
  return printed;
}

test("the examples of the page, one after another, print what their comments say", () => {
  const script = blocks.join("\n");
  const promised = [...script.matchAll(/^\/\/ (.*)$/gm)].map((match) => match[1]!);
  expect(promised.length).toBeGreaterThan(6);
  expect(run(script)).toEqual(promised);
});
