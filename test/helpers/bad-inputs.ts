import { badCounts } from "./bad-counts.ts";

/** A path among the files that the test has written. */
export type Place = (...names: string[]) => string;

/** A command line that must be refused, and words that the one line it prints must hold. */
export interface BadInput {
  readonly name: string;
  readonly argv: readonly string[];
  readonly says: readonly string[];
}

/** Every way we know to ask for what cannot be had. */
export function badInputs(at: Place): readonly BadInput[] {
  return [
    ...badCommandLines(at),
    ...badNumbers(at),
    ...badTables(at),
    ...badFormulas(at),
    ...badModels(at),
    ...badCounts(at),
    ...badFolders(at),
    ...badPredictions(at),
  ];
}

const bad = (name: string, argv: readonly string[], ...says: string[]): BadInput => ({
  name,
  argv,
  says,
});

const BRIEF = ["--chains", "1", "--warmup", "2", "--draws", "2", "--workers", "1"];
const MODEL = ["--formula", "y ~ x | x", "--components", "2"];

function badCommandLines(at: Place): BadInput[] {
  const fitting = ["fit", at("data.csv"), ...MODEL];
  return [
    bad("an unknown command", ["ft"], 'got "ft"', "did you mean fit?"),
    bad("an unknown option", [...fitting, "--sed", "1"], "got --sed", "did you mean --seed?"),
    bad("an option of nothing known", [...fitting, "--zzz"], "got --zzz", "see moebius fit --help"),
    bad("an option without its value", [...fitting, "--seed"], "--seed", "followed by its value"),
    bad("no data", ["fit", ...MODEL], "must be given <data.csv>"),
    bad("a formula without quotes", ["fit", at("data.csv"), "~", "x"], "got 3", "quotes"),
    bad("no model", ["fit", at("data.csv")], "--formula or --model", "neither"),
    bad("components alone", ["fit", at("data.csv"), "--components", "2"], "only --components"),
    bad("no components", ["fit", at("data.csv"), "--formula", "y ~ x"], "--components"),
    bad("a model twice", [...fitting, "--model", "m.json"], "--model and --formula, --components"),
    bad("resume without a folder", [...fitting, "--resume"], "--resume must come with --out"),
    bad(
      "overwrite without a folder",
      [...fitting, "--overwrite"],
      "--overwrite must come with --out",
    ),
    bad(
      "resume and overwrite",
      [...fitting, "--resume", "--overwrite", "--out", at("run")],
      "together",
    ),
    bad(
      "warmup and burnin",
      [...fitting, "--warmup", "5", "--burnin", "6"],
      "another name of --warmup",
    ),
    bad("more draws than fit", [...fitting, "--draws", "1000000000"], "fit into memory", "--thin"),
    bad("more experts than fit", [...fitting, "--components", "99999999999"], "fit into memory"),
    bad("a folder without a name", [...fitting, "--out", ""], "--out must be the name"),
    bad("a policy that is none", [...fitting, "--na", "ignore"], "drop or error", 'got "ignore"'),
    bad("an unknown sampler", [...fitting, "--sampler", "nuts"], "gibbs", '"nuts"'),
    bad("an unknown gate update", [...fitting, "--gate-update", "newton"], "laplace", "newton"),
    bad(
      "an unknown start",
      [...fitting, "--start", "kmeans,best"],
      "--start must",
      "kmeans, em, random",
      "best",
    ),
    bad("an empty start", [...fitting, "--start", "em,"], "separated by commas"),
    bad("an unknown family", [...fitting, "--family", "poison"], "family", "gaussian", '"poison"'),
    bad("no run to report", ["report"], "must be given <run>"),
  ];
}

function badNumbers(at: Place): BadInput[] {
  const fitting = (option: string, value: string) => [
    "fit",
    at("data.csv"),
    ...MODEL,
    option,
    value,
  ];
  const number = (option: string, value: string, least: number) =>
    bad(
      `${option} ${value}`,
      fitting(option, value),
      `${option} must be a whole number ≥ ${least}; got "${value}"`,
    );
  return [
    number("--chains", "0", 1),
    number("--chains", "two", 1),
    number("--draws", "2.5", 1),
    number("--draws", "1e3", 1),
    number("--warmup", "-1", 0),
    number("--burnin", "-1", 0),
    number("--thin", "0", 1),
    number("--seed", "-3", 0),
    bad("a seed too large", fitting("--seed", "9007199254740993"), "≤ 9007199254740991"),
    number("--workers", "0", 1),
    number("--components", "0", 1),
    number("--components", "", 1),
  ];
}

function badTables(at: Place): BadInput[] {
  const fitting = (file: string, ...more: string[]) => [
    "fit",
    at(file),
    ...MODEL,
    ...BRIEF,
    ...more,
  ];
  return [
    bad("a file that is not there", fitting("nowhere.csv"), "nowhere.csv", "there is no such file"),
    bad("a folder for data", fitting("full"), "full", "it is a folder"),
    bad("an empty file", fitting("empty.csv"), "empty.csv", "it is empty"),
    bad("a header without rows", fitting("header.csv"), "header.csv", "row"),
    bad("a row that is too short", fitting("ragged.csv"), "ragged.csv", "row 2"),
    bad("a column name twice", fitting("twice.csv"), "column names must differ", '"x"'),
    bad("an infinite number", fitting("infinite.csv"), "row 2", 'column "x"'),
    bad("a binary file", fitting("binary.csv"), "binary"),
    bad("nothing but missing values", fitting("all-missing.csv"), "missing"),
    bad(
      "a missing value where none may be",
      fitting("missing.csv", "--na", "error"),
      "1 of 40 rows",
      "row 1",
    ),
    bad("draws that are none", ["diagnose", at("draws.csv")], "draws.csv"),
    bad("draws that are not there", ["diagnose", at("nowhere.csv")], "there is no such file"),
    bad("a folder among draws", ["diagnose", at("draws.csv"), at("run")], "is a folder"),
  ];
}

function badFormulas(at: Place): BadInput[] {
  const fitting = (formula: string) => {
    const model = ["--formula", formula, "--components", "2"];
    return ["fit", at("data.csv"), ...model, ...BRIEF, "--out", at("never")];
  };
  return [
    bad("an unknown column", fitting("y ~ xx | x"), '"xx"', "columns: x, y, z, group, one"),
    bad("a column that is nearly known", fitting("y ~ x | grup"), 'did you mean "group"?'),
    bad("a formula without a response", fitting("x + z"), "~"),
    bad("a formula that ends early", fitting("y ~ x +"), "y ~ x +"),
    bad("an unclosed bracket", fitting("y ~ log(x"), ")"),
    bad("two bars", fitting("y ~ x | x | z"), "|"),
    bad("an unknown function", fitting("y ~ lgo(x)"), "lgo"),
    bad("the log of a negative number", fitting("y ~ log(x)"), "log(x)"),
    bad("a term that repeats another", fitting("y ~ x + I(2 * x)"), "I(2 * x)"),
    bad("a column that is constant", fitting("y ~ x + one"), "one"),
    bad("text as a response", fitting("group ~ x"), "numeric"),
  ];
}

function badModels(at: Place): BadInput[] {
  const prior = (file: string, formula = "y ~ x | x") => {
    const model = ["--formula", formula, "--components", "2", "--prior", at(file)];
    return ["fit", at("data.csv"), ...model, ...BRIEF];
  };
  const model = (file: string) => ["explain", at("data.csv"), "--model", at(file)];
  return [
    bad("a prior that is not there", prior("nowhere.json"), "nowhere.json", "no such file"),
    bad("a prior that is no JSON", prior("not.json"), "not.json must be JSON"),
    bad("a prior that is a list", prior("list.json"), "list.json", "an object"),
    bad("a stray key", prior("stray.json"), '"gates"', 'did you mean "gate"?'),
    bad("an unknown kind", prior("kind.json"), '"norml"', 'did you mean "normal"?'),
    bad("a negative sd", prior("negative.json"), "gate.sd", "got -2"),
    bad("weights' prior for coefficients", prior("dirichlet.json"), "coefficients"),
    bad("coefficients' prior for weights", prior("kind.json", "y ~ x"), '"norml"'),
    bad("a model that is not there", model("nowhere.json"), "nowhere.json", "no such file"),
    bad("a model without a gate", model("no-gate.json"), "no-gate.json", "gate"),
    bad("a model without a formula", model("damaged.json"), "damaged.json", "experts.formula"),
  ];
}

function badFolders(at: Place): BadInput[] {
  const fitting = (data: string, ...more: string[]) => {
    const model = ["--formula", "y ~ x + group | x", "--components", "2"];
    const settings = ["--chains", "2", "--warmup", "50", "--draws", "50", "--workers", "1"];
    return ["fit", at(data), ...model, ...settings, ...more];
  };
  const resume = (data: string, ...more: string[]) =>
    fitting(data, "--out", at("run"), "--resume", ...more);
  return [
    bad(
      "a folder that holds a run",
      fitting("data.csv", "--out", at("run")),
      "must not hold a run",
    ),
    bad("a folder that holds files", fitting("data.csv", "--out", at("full")), "notes.txt"),
    bad("a file for a folder", fitting("data.csv", "--out", at("draws.csv")), "is a file"),
    bad(
      "to replace what is no run",
      fitting("data.csv", "--out", at("full"), "--overwrite"),
      "notes",
    ),
    bad("to resume nothing", fitting("data.csv", "--out", at("hollow"), "--resume"), "run folder"),
    bad("to resume with another seed", resume("data.csv", "--seed", "2"), "seed: 1 there, 2 now"),
    bad("to resume with other chains", resume("data.csv", "--chains", "3"), "chains: 2 there, 3"),
    bad("to resume with other data", resume("other.csv", "--draws", "60"), "data"),
    bad("to resume with fewer draws", resume("data.csv", "--draws", "10"), "at least", "got 10"),
    bad(
      "a gate reference that the model lacks",
      fitting("data.csv", "--gate-reference", "3"),
      "--gate-reference must be",
      "from 1 to 2; got 3",
    ),
    bad("such a reference of a run", ["summary", at("run"), "--gate-reference", "3"], "1 to 2"),
    bad("an unknown relabelling", ["summary", at("run"), "--relabel", "sort"], "stephens or ecr"),
    bad(
      "a place for the log-likelihood that is none",
      ["summary", at("run"), "--pointwise", at("no", "l.csv")],
      "l.csv",
    ),
    bad("a summary of no run", ["summary", at("hollow")], "hollow must be a run folder"),
    bad("a summary of nothing", ["summary", at("nowhere")], "nowhere must be a run folder"),
    bad("a summary of a file", ["summary", at("data.csv")], "data.csv must be a run folder"),
    bad("a report of a newer run", ["report", at("newer")], "format 99", "update moebius"),
    bad("a report of another program", ["report", at("foreign")], '"program" is "other"'),
    bad(
      "a report with no place",
      ["report", at("run"), "--out", at("no", "r.html")],
      "r.html must be in a folder that exists; there is no folder",
    ),
  ];
}

function badPredictions(at: Place): BadInput[] {
  const predict = (file: string, ...more: string[]) => ["predict", at("run"), at(file), ...more];
  return [
    bad("no rows to predict", ["predict", at("run")], "new.csv"),
    bad("a run that is none", ["predict", at("hollow"), at("data.csv")], "must be a run folder"),
    bad("rows that are not there", predict("nowhere.csv"), "there is no such file"),
    bad("a level that was not seen", predict("unseen.csv"), '"d"', "group"),
    bad("a missing column", predict("no-x.csv"), '"x"'),
    bad("a missing covariate", predict("hole.csv"), "x", "row 1"),
    bad("text for a number", predict("text-x.csv"), "numeric", '"low"'),
    bad("a quantile beyond 1", predict("data.csv", "--quantiles", "0.5,1.5"), "between 0 and 1"),
    bad("a value that is none", predict("data.csv", "--at", "1,x"), "numbers", "1,x"),
    bad("no draws", predict("data.csv", "--draws", "0"), "whole number ≥ 1"),
    bad("to simulate from nothing", ["simulate"], "--model", "--run"),
  ];
}
