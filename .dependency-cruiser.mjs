const layer = (name, comment, from, to) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|models|samplers|diagnostics)/", pathNot: to },
});

export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Data flows one way.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    layer("math-alone", "Mathematics knows nothing of ours.", "^src/math/", "^src/math/"),
    layer(
      "core-on-math",
      "The contracts follow from mathematics alone.",
      "^src/core/",
      "^src/(core|math)/",
    ),
    layer(
      "data-below-models",
      "Tables and designs know no model.",
      "^src/data/",
      "^src/(data|core|math)/",
    ),
    layer(
      "models-below-samplers",
      "A model does not know who samples it.",
      "^models/",
      "^(models/|src/(data|core|math)/)",
    ),
    layer(
      "samplers-know-no-model",
      "A sampler sees targets, never families.",
      "^samplers/",
      "^(samplers/|src/(core|math)/)",
    ),
    layer(
      "diagnostics-know-no-model",
      "A diagnostic sees draws, never families or samplers.",
      "^diagnostics/",
      "^(diagnostics/|src/(core|data|math)/)",
    ),
    layer(
      "run-computes-draws",
      "Running produces draws; it does not judge them.",
      "^src/run/",
      "^(models/|samplers/|src/(run|core|data|math)/)",
    ),
    layer(
      "experiments-show-nothing",
      "An experiment is numbers; what they look like is the report's.",
      "^src/experiments/",
      "^(models/|samplers/|diagnostics/|src/(experiments|analysis|selection|run|core|data|math)/)",
    ),
    layer(
      "report-reads-results",
      "A report shows what is already known.",
      "^src/report/",
      "^(diagnostics/|src/(report|core|math)/)",
    ),
    layer(
      "cli-uses-the-public-face",
      "The command line is a user of the library.",
      "^src/cli/",
      "^src/(cli/|index\\.ts$)",
    ),
    {
      name: "pure-below-run",
      comment:
        "Everything below src/run also runs in a browser's worker; reading a file is the one exception.",
      severity: "error",
      from: {
        path: "^(src/(math|core|data)|models|samplers|diagnostics)/",
        pathNot: "^src/data/read-table\\.ts$",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "stdlib-behind-one-file",
      comment: "@stdlib is bundled, typed by hand, and met in one place.",
      severity: "error",
      from: { pathNot: "^(src/math/stdlib\\.ts$|test/|node_modules/)" },
      to: { path: "node_modules/@stdlib" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["import", "require", "node", "default"] },
  },
};
