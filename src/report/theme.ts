/** How many colours there are before they repeat. */
const PALETTE_SIZE = 8;

/** Colours by role; charts name them as CSS variables: one picture for light, dark and print. */
interface Palette {
  readonly roles: Readonly<Record<string, string>>;
  readonly experts: readonly string[];
  readonly chains: readonly string[];
}

/** Hues of Okabe and Ito, darkened until lines stand out on white. Source: [okabe2008]. */
const LIGHT: Palette = {
  roles: {
    page: "#ffffff",
    surface: "#f6f6f3",
    ink: "#1d1f24",
    soft: "#5a5f69",
    line: "#d9dade",
    grid: "#ebebee",
    accent: "#0a5ea8",
    problem: "#a8210f",
    "problem-surface": "#fdf0ed",
    note: "#6b5300",
    "note-surface": "#fbf6e4",
    good: "#0c6b4b",
    "good-surface": "#edf7f2",
  },
  experts: ["#0a5ea8", "#c94f0a", "#00805c", "#94458c", "#8a6a00", "#2a93c9", "#7a1f3d", "#5d626e"],
  chains: ["#3f6ea8", "#c07f2c", "#4b9468", "#a3557b", "#7c73b8", "#8a8a3a", "#4a9fae", "#6e6259"],
};

/** The same hues, lightened until they stand out on near-black. */
const DARK: Palette = {
  roles: {
    page: "#14161a",
    surface: "#1d2026",
    ink: "#e9eaed",
    soft: "#a6abb5",
    line: "#363a43",
    grid: "#282c33",
    accent: "#7cbcf2",
    problem: "#ff9d8a",
    "problem-surface": "#331b17",
    note: "#e8c65a",
    "note-surface": "#2c2612",
    good: "#76d3ac",
    "good-surface": "#13291f",
  },
  experts: ["#6db4f0", "#f5934f", "#3ec59a", "#d996d2", "#e0bd4c", "#a5dcff", "#ec8fab", "#b7bbc6"],
  chains: ["#7fa9dc", "#e0a55c", "#79c296", "#d68aae", "#aea6e6", "#c0c06c", "#7fd0dd", "#b5a79b"],
};

const variables = ({ roles, experts, chains }: Palette): string =>
  [
    ...Object.entries(roles),
    ...experts.map((colour, k) => [`expert-${k + 1}`, colour] as const),
    ...chains.map((colour, c) => [`chain-${c + 1}`, colour] as const),
  ]
    .map(([name, colour]) => `--${name}:${colour};`)
    .join("");

/** The declarations that give every colour its value on light and on dark pages. */
export const lightVariables: string = variables(LIGHT);
export const darkVariables: string = variables(DARK);

/** A colour by its role, as a chart or a style sheet names it. */
export const colour = (role: string): string => `var(--${role})`;

/** The colour of component k, of chain c (0-based; they repeat after eight). */
export const expertColour = (k: number): string => colour(`expert-${(k % PALETTE_SIZE) + 1}`);
export const chainColour = (c: number): string => colour(`chain-${(c % PALETTE_SIZE) + 1}`);

const FONT = "var(--sans)";

/** The one look of all charts, as a Vega-Lite configuration. */
export const chartConfig = {
  aria: false,
  background: null,
  font: FONT,
  padding: 2,
  view: { stroke: null },
  axis: {
    domainColor: colour("line"),
    tickColor: colour("line"),
    gridColor: colour("grid"),
    labelColor: colour("soft"),
    titleColor: colour("ink"),
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    labelPadding: 5,
    titlePadding: 9,
    tickSize: 4,
    tickCount: 6,
    labelFlush: false,
  },
  axisX: { grid: false },
  axisY: {
    domain: false,
    ticks: false,
    titleAngle: 0,
    titleAlign: "left",
    titleAnchor: "start",
    titleBaseline: "bottom",
    titleX: 0,
    titleY: -8,
  },
  legend: {
    orient: "top",
    title: null,
    direction: "horizontal",
    labelColor: colour("ink"),
    labelFontSize: 12,
    symbolSize: 220,
    symbolStrokeWidth: 2.5,
    columnPadding: 16,
    offset: 28,
  },
  title: {
    anchor: "start",
    color: colour("ink"),
    fontSize: 12,
    fontWeight: 600,
    offset: 6,
  },
} as const;
