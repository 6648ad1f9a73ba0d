import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/core/report.ts";
import { draw, layered } from "../../../src/report/charts/frame.ts";
import { escapeHtml, escapeJson } from "../../../src/report/escape.ts";
import { renderHtml } from "../../../src/report/html.ts";

const EVIL = `</script><script>alert("1")</script> & 'quoted' <img onerror=x> \`a<b\``;

const evilReport: Report = {
  title: EVIL,
  subtitle: EVIL,
  verdict: EVIL,
  ok: false,
  findings: [{ code: EVIL, severity: "problem", message: EVIL }],
  sections: [
    {
      id: "one",
      title: EVIL,
      blocks: [
        { kind: "text", text: EVIL },
        { kind: "code", caption: EVIL, text: EVIL },
        { kind: "findings", findings: [{ code: "x", severity: "note", message: EVIL }] },
        {
          kind: "table",
          caption: EVIL,
          table: { columns: [EVIL, "b"], align: ["left", "right"], rows: [[EVIL, "1"]] },
        },
        {
          kind: "chart",
          caption: EVIL,
          chart: draw(EVIL, (page) =>
            layered(page, 100, [
              {
                data: { values: [{ a: 1, b: EVIL }] },
                mark: "point",
                encoding: {
                  x: { field: "a", type: "quantitative", title: EVIL },
                  y: { field: "b", type: "nominal", title: EVIL },
                },
              },
            ]),
          ),
        },
      ],
    },
  ],
};

describe("renderHtml", () => {
  it("lets no text of the data become markup", async () => {
    const html = await renderHtml(evilReport, { evil: EVIL });
    expect(html).not.toContain("<script>");
    expect(html).not.toContain("<img");
    expect(html.match(/<script/g)).toEqual(["<script"]);
    expect(html.match(/<\/script/g)).toEqual(["</script"]);
    expect(html).toContain("&lt;script&gt;");
  });

  it("carries a summary that parses to what was given", async () => {
    const html = await renderHtml({ ...evilReport, sections: [] }, { evil: EVIL, n: [1, 2.5] });
    const json = html.match(/id="summary">(.*?)<\/script>/s)?.[1];
    expect(JSON.parse(json!)).toEqual({ evil: EVIL, n: [1, 2.5] });
    expect(await renderHtml({ ...evilReport, sections: [] })).not.toContain("<script");
  });

  it("names no address that a browser would fetch", async () => {
    const html = await renderHtml(evilReport);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    expect(html).not.toMatch(/url\((?!#)|@import/);
    expect(html).toContain("default-src 'none'");
  });

  it("writes the findings before the contents and the sections", async () => {
    const html = await renderHtml(evilReport);
    const places = ['class="verdict bad"', 'class="findings"', "<nav", "<section", "<svg"];
    const found = places.map((place) => html.indexOf(place));
    expect(found[0]).toBeGreaterThan(0);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it("sets what stands between backticks as code", async () => {
    const html = await renderHtml({ ...evilReport, verdict: "`rhat` is 1.2", sections: [] });
    expect(html).toContain("<p><code>rhat</code> is 1.2</p>");
  });
});

describe("escaping", () => {
  it("leaves no character that HTML reads as markup", () => {
    expect(escapeHtml(`<a href="x">'&'</a>`)).toBe(
      "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;",
    );
  });

  it("keeps JSON the same value and free of markup", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = escapeJson(value);
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
      }),
    );
    expect(escapeJson(undefined)).toBe("null");
  });
});
