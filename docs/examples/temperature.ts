// Two regimes of global temperature: the script of the README.
import * as moebius from "moebius";

const table = await moebius.readTable("data/global-temperature.csv");
const model = moebius.moe({
  experts: moebius.gaussian("temp ~ year"),
  gate: moebius.softmax("~ year"),
  components: 2,
});
const run = await moebius.sample(model, table, { seed: 1, source: "global-temperature.csv" });

const analysis = moebius.analyze(run, table);
const report = moebius.buildReport(analysis.input);
console.log(moebius.renderText(report));
moebius.writeAtomically("report.html", await moebius.renderHtml(report, analysis.summary));
