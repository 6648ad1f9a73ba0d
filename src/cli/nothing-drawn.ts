import type { Analysis, Run } from "../index.ts";

/** What can be said of a run that was stopped before its first draw. */
export function nothingDrawn({ model, chains, settings, seconds, version }: Run): Analysis {
  const failed = chains.filter(({ status }) => status === "failed");
  const message =
    "the run was stopped before its first draw, so nothing is known yet; " +
    "continue it with --resume if it is kept in a folder, else run it again" +
    failed.map(({ error }) => `; ${error}`).join("");
  const verdict = "Nothing was drawn: the run was stopped during warm-up.";
  const finding = { code: "partial-run", severity: "problem", message } as const;
  return {
    ok: false,
    verdict,
    findings: [finding],
    summary: {
      verdict: "problems",
      problems: [{ code: finding.code, message }],
      notes: [],
      variables: [],
      components: [],
      timing: { seconds, chains: chains.map((chain) => chain.seconds) },
      seed: settings.seed,
      version,
    },
    input: {
      title: model.experts.formula,
      ok: false,
      verdict,
      findings: [finding],
      variables: [],
      traces: [],
    },
  };
}
