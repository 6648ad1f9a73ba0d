// Writes THIRD-PARTY-NOTICES.md from what esbuild puts into dist. Run it when the bundle gains a package or a file;
// a test compares the file with what this makes.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildOptions } from "./build-options.mjs";

const PACKAGE = /^.*?node_modules\/((?:@[^/]+\/)?[^/]+)/;
const END_OF_TERMS = "END OF TERMS AND CONDITIONS";

/** Files of other people's packages that reach dist, in order. */
export async function bundledFiles() {
  const { metafile } = await build({ ...buildOptions, write: false, metafile: true });
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0 && PACKAGE.test(file)),
  );
  return [...new Set(files)].sort();
}

/** Each package that the files belong to, with the texts that must go with it. */
function packagesOf(files) {
  const names = [...new Set(files.map((file) => PACKAGE.exec(file)[0]))];
  return names.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const licenceText = licenceOf(folder);
    const notice = existsSync(`${folder}/NOTICE`) ? readFileSync(`${folder}/NOTICE`, "utf8") : "";
    return { name, version, license, licenceText, notice: notice.trim() };
  });
}

/** The licence file, or else the part of the README that stands for it. */
function licenceOf(folder) {
  const file = ["LICENSE", "LICENSE.md"].find((name) => existsSync(`${folder}/${name}`));
  if (file !== undefined) return readFileSync(`${folder}/${file}`, "utf8").trim();
  const readme = readFileSync(`${folder}/README.md`, "utf8");
  const start = readme.search(/^#+ licen[sc]e/im);
  if (start < 0) throw new Error(`${folder} must have a licence; it has none`);
  return readme
    .slice(start)
    .replace(/^#+ .*\n/, "")
    .trim();
}

/** Notices of the authors whose code a file follows, with the files that carry each. */
function noticesIn(files) {
  const found = new Map();
  for (const file of files) {
    for (const text of noticesOf(readFileSync(file, "utf8"))) {
      found.set(text, [...(found.get(text) ?? []), file.replace(/^.*?node_modules\//, "")]);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function noticesOf(source) {
  const comments = source.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return comments
    .filter((comment) => /^\s*\* #+ Notice/m.test(comment))
    .flatMap(
      (comment) =>
        comment.slice(comment.search(/^\s*\* #+ Notice/m)).match(/```(?:text)?\n[\s\S]*?```/g) ??
        [],
    )
    .map((block) => block.replace(/^```.*\n/, "").replace(/\n?[ \t]*\*? ?```$/, ""))
    .map((block) => block.replace(/^[ \t]*\* ?/gm, "").trim());
}

const isApache = ({ license }) => license === "Apache-2.0";

const fenced = (text) => `\`\`\`text\n${text}\n\`\`\``;

function apacheTerms(packages) {
  const texts = packages.map(({ licenceText }) => {
    const end = licenceText.indexOf(END_OF_TERMS);
    if (end < 0)
      throw new Error("a bundled package does not hold the Apache License 2.0; look at it");
    return licenceText.slice(0, end + END_OF_TERMS.length);
  });
  return texts[0].replace(/^\n+/, "");
}

/** Short licences, in full. */
function otherLicences(packages) {
  return packages
    .filter((one) => !isApache(one))
    .map(({ name, licenceText }) => `### ${name}\n\n${fenced(licenceText)}`);
}

function attributions(packages) {
  return packages.flatMap(({ name, licenceText }) => {
    const rest = licenceText.slice(licenceText.indexOf(END_OF_TERMS) + END_OF_TERMS.length).trim();
    return rest === "" ? [] : [`### ${name}\n\n${fenced(rest)}`];
  });
}

/** The text of THIRD-PARTY-NOTICES.md. */
export async function notices() {
  const files = await bundledFiles();
  const packages = packagesOf(files);
  const perNotice = noticesIn(files).map(
    ([text, carriers]) => `${carriers.map((file) => `\`${file}\``).join(", ")}:\n\n${fenced(text)}`,
  );
  return [
    "# Third-party notices",
    "The files in `dist` contain parts of the packages below. Every other package that moebius uses is installed " +
      "beside it, with its own licence. This file is made by `node scripts/notices.mjs`.",
    "## Packages",
    ["| package | version | licence | notice |", "|---|---|---|---|"]
      .concat(
        packages.map(
          ({ name, version, license, notice }) =>
            `| ${name} | ${version} | ${license} | ${notice} |`,
        ),
      )
      .join("\n"),
    "The bundler removes their comments, white space and unused parts; nothing else is changed, except that the package " +
      "`debug`, which @stdlib calls, is replaced by nothing.",
    "## Notices in the bundled files",
    "Some of these files follow implementations of other authors, whose notices they carry.",
    ...perNotice,
    "## Attributions in the packages' licences",
    ...attributions(packages.filter(isApache)),
    "## Licences of the other packages",
    ...otherLicences(packages),
    "## Apache License 2.0",
    fenced(apacheTerms(packages.filter(isApache))),
  ]
    .join("\n\n")
    .concat("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../THIRD-PARTY-NOTICES.md", import.meta.url), await notices());
}
