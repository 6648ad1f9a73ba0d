// Three fitted experts near two true ones: a loss by cell sees how near each is, one power for all does not.
import { writeFileSync } from "node:fs";
import {
  type GatedMeasure,
  gatedDensity,
  gatedWasserstein,
  hellinger,
  renderHtml,
  voronoiLoss,
} from "moebius";

const gate = [
  { intercept: 0.3, slopes: [1.2] },
  { intercept: 0, slopes: [0] },
];
const first = { coefficients: [0.8, 1.5], sd: 0.5 };
const second = { coefficients: [-0.8, -1], sd: 0.7 };
const truth: GatedMeasure = { gate, experts: [first, second] };
const half = { intercept: 0.3 - Math.LN2, slopes: [1.2] };

/** The first expert covered twice, intercepts `split` to either side and variances less; the second `shift` off. */
const near = (split: number, shift: number): GatedMeasure => {
  const at = (side: number) => ({
    coefficients: [0.8 + side * split, 1.5],
    sd: Math.sqrt(0.25 - split ** 2),
  });
  const moved = { ...second, coefficients: [-0.8 + shift, -1] };
  return { gate: [half, half, gate[1]!], experts: [at(1), at(-1), moved] };
};
const paths = {
  "the shared expert splits": (d: number) => near(d, 0),
  "the single expert moves": (d: number) => near(0, d ** 4),
  both: (d: number) => near(d, d ** 4),
};

const covariates = { kind: "uniform", lower: [-1], upper: [1] } as const;
// One power for all atoms: that of the worst cell, 4 for two atoms in it.
const orders = { gate: 2, intercept: 4, slopes: 2, variance: 2 };
const rows = Object.entries(paths).flatMap(([path, measure]) =>
  [0.08, 0.11, 0.16, 0.22, 0.32].flatMap((d) => {
    const distance = hellinger(gatedDensity(measure(d)), gatedDensity(truth), covariates).value;
    const wasserstein = gatedWasserstein(measure(d), truth, orders).value ** 4;
    const voronoi = voronoiLoss(measure(d), truth, "refined").value;
    return [
      { path, loss: "Voronoi", distance, value: voronoi },
      { path, loss: "Wasserstein", distance, value: wasserstein },
    ];
  }),
);

/** How a loss falls with the distance between densities: its power, from the two smallest. */
const power = (path: string, loss: string): string => {
  const [a, b] = rows.filter((row) => row.path === path && row.loss === loss);
  return (Math.log(b!.value / a!.value) / Math.log(b!.distance / a!.distance)).toFixed(2);
};
const table = Object.keys(paths).map((path) => [
  path,
  power(path, "Voronoi"),
  power(path, "Wasserstein"),
]);
for (const [path, voronoi, wasserstein] of table) {
  console.log(`${path}: Voronoi ${voronoi}, Wasserstein ${wasserstein}`);
}

const log = { type: "quantitative", scale: { type: "log" }, axis: { format: "~e", tickCount: 4 } };
const legend = { orient: "bottom", title: null, labelLimit: 0, symbolType: "stroke" };
const chart = (width: number) => ({
  data: { values: rows },
  width,
  height: 300,
  mark: { type: "line", point: true },
  encoding: {
    x: { ...log, field: "distance", title: "Hellinger distance" },
    y: { ...log, field: "value", title: "loss" },
    color: { field: "path", legend: { ...legend, direction: "vertical" } },
    strokeDash: { field: "loss", legend },
  },
});
const html = await renderHtml({
  title: "Losses by cell",
  subtitle: "",
  verdict: "A distance with one power for all atoms hardly sees that the single expert moves.",
  ok: true,
  findings: [],
  sections: [
    {
      id: "losses",
      title: "Losses against the distance between densities",
      blocks: [
        {
          kind: "chart",
          caption: "Three fitted experts on the way to two",
          chart: {
            wide: chart(560),
            narrow: chart(240),
            label: "Losses against Hellinger distance, log-log",
          },
        },
        {
          kind: "table",
          caption: "Powers of the distance between densities",
          table: {
            columns: ["path", "Voronoi", "Wasserstein"],
            align: ["left", "right", "right"],
            rows: table,
          },
        },
      ],
    },
  ],
});
writeFileSync("losses-by-cell.html", html);
