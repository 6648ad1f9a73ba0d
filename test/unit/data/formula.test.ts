import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildDesign, planDesign } from "../../../src/data/design.ts";
import { numberText, textOf } from "../../../src/data/expression.ts";
import { parseFormula, splitFormula } from "../../../src/data/formula.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { expandTerms } from "../../../src/data/terms.ts";
import { messageOf } from "../../helpers/message-of.ts";

function termsOf(text: string, dot: readonly string[] = []): string[] {
  const { variables, terms, intercept } = expandTerms(parseFormula(text), dot);
  const names = terms.map((term) => term.map((v) => textOf(variables[v]!)).join(":"));
  return intercept ? ["1", ...names] : names;
}

describe("parseFormula", () => {
  it.each([
    ["-x^2", "-x^2"],
    ["a ^ b ^ 2", "a^b^2"],
    ["a + b:c", "a + b:c"],
    ["a/ b", "a/b"],
    ["`my var` + `.`", "`my var` + `.`"],
    ["poly( x ,2,raw=TRUE)", "poly(x, 2, raw = TRUE)"],
    ["größe", "größe"],
    [".hidden", ".hidden"],
    ["a%in%b", "a %in% b"],
  ])("reads %s and writes it as R does: %s", (text, written) => {
    expect(textOf(parseFormula(`~ ${text}`).right)).toBe(written);
  });

  it("lets operators bind as in R: ^, then a sign, then :, %in%, * and /, + and -", () => {
    const shape = (text: string): string => {
      const show = (e: ReturnType<typeof parseFormula>["right"]): string => {
        if (e.kind === "binary") return `(${show(e.left)}${e.operator}${show(e.right)})`;
        return e.kind === "unary" ? `(${e.operator}${show(e.operand)})` : textOf(e);
      };
      return show(parseFormula(`~ ${text}`).right);
    };
    expect(shape("-a^2")).toBe("(-(a^2))");
    expect(shape("-a:b")).toBe("((-a):b)");
    expect(shape("a:b*c")).toBe("((a:b)*c)");
    expect(shape("a%in%b:c*d")).toBe("((a%in%(b:c))*d)");
    expect(shape("a-b-c")).toBe("((a-b)-c)");
    expect(shape("a^b^c")).toBe("(a^(b^c))");
    expect(shape("a+b*c-d/e")).toBe("((a+(b*c))-(d/e))");
  });

  it("is plain data", () => {
    const formula = parseFormula("log(y) ~ poly(x, 2):g + offset(w) - 1");
    expect(JSON.parse(JSON.stringify(formula))).toEqual(formula);
  });

  it.each([
    [
      "",
      'formula must have a column, a number, a function or "(" at character 1; got the end, in ""',
    ],
    ["y", 'formula must have an operator or "~" at character 2; got the end, in "y"'],
    [
      "y ~",
      'formula must have a column, a number, a function or "(" at character 4; got the end, in "y ~"',
    ],
    [
      "y ~ x +",
      'formula must have a column, a number, a function or "(" at character 8; got the end, in "y ~ x +"',
    ],
    [
      "y ~ x ~ z",
      'formula must have an operator or the end at character 7; got "~", in "y ~ x ~ z"',
    ],
    ["y ~ (x", 'formula must have an operator or ")" at character 7; got the end, in "y ~ (x"'],
    ["y ~ x z", 'formula must have an operator or the end at character 7; got "z", in "y ~ x z"'],
    ["y ~ 2x", 'formula must have an operator or the end at character 6; got "x", in "y ~ 2x"'],
    [
      "y ~ x $ z",
      'formula must have names, numbers and operators at character 7; got "$", in "y ~ x $ z"',
    ],
    [
      "y ~ `x",
      'formula must have the backtick that closes a name at character 5; got "`", in "y ~ `x"',
    ],
    [
      "y ~ x | z",
      'formula must have an operator or the end (the gate\'s formula stands by itself) at character 7; got "|", in "y ~ x | z"',
    ],
    [
      "y ~ log(x",
      'formula must have an operator, "," or ")" at character 10; got the end, in "y ~ log(x"',
    ],
    ["y ~ 1e999", 'formula must have a finite number at character 5; got 1e999, in "y ~ 1e999"'],
  ])("says what it expected where: %j", (text, message) => {
    expect(messageOf(() => parseFormula(text))).toBe(message);
  });

  it("names the nearest function for an unknown one", () => {
    const message = messageOf(() => parseFormula("y ~ lgo(x)"));
    expect(message).toContain('did you mean "log"?) at character 5; got "lgo", in "y ~ lgo(x)"');
  });

  it("refuses nesting and length beyond reason instead of overflowing the stack", () => {
    const deep = `y ~ ${"(".repeat(1e5)}x`;
    expect(messageOf(() => splitFormula(deep))).toMatch(/at most 4000 words/);
    const nested = `y ~ ${"(".repeat(500)}x${")".repeat(500)}`;
    expect(messageOf(() => parseFormula(nested))).toMatch(/at most 100 nested levels/);
    const long = parseFormula(`y ~ ${Array.from({ length: 1900 }, (_, i) => `x${i}`).join("+")}`);
    expect(expandTerms(long, []).terms.length).toBe(1900);
    const product = parseFormula(`~ ${Array.from({ length: 1900 }, (_, i) => `x${i}`).join(":")}`);
    expect(expandTerms(product, []).terms[0]!.length).toBe(1900);
    const all = `~ ${Array.from({ length: 20 }, (_, i) => `x${i}`).join("*")}`;
    expect(messageOf(() => expandTerms(parseFormula(all), []))).toMatch(/at most 5000 terms/);
  });

  it("throws nothing but its own errors, whatever the text", () => {
    const word = fc.constantFrom(
      ...["~", "+", "-", "*", "^", ":", "/", "%in%", "(", ")", ",", "=", "|", ".", "0", "1", "2"],
      ...["x", "y", "g", "`a b`", "`", "log", "poly", "I(", "scale(", "offset(", "raw", "TRUE"],
    );
    const soup = fc.array(word, { maxLength: 25 }).map((words) => words.join(" "));
    const table = tableFrom({ x: [1, 2, 4, 3], y: [0, 1, 0, 2], g: ["a", "b", "a", "c"] });
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      soup,
      soup.map((s) => `y ~ x + ${s}`),
    );
    fc.assert(
      fc.property(anything, (text) => {
        messageOf(() => splitFormula(text));
        messageOf(() => buildDesign(planDesign(parseFormula(text), table), table));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

describe("splitFormula", () => {
  it("parts experts and gate at the bar", () => {
    expect(splitFormula("y ~ x | w + z")).toEqual({ experts: "y ~ x", gate: "~ w + z" });
    expect(splitFormula(" y ~ x ")).toEqual({ experts: "y ~ x" });
    expect(splitFormula("y ~ `a|b` | 1")).toEqual({ experts: "y ~ `a|b`", gate: "~ 1" });
    expect(splitFormula("y ~ x | ~ w")).toEqual({ experts: "y ~ x", gate: "~ w" });
  });

  it.each([
    [
      "y ~ x | w | z",
      'formula must have at most one "|" at character 11; got a second one, in "y ~ x | w | z"',
    ],
    [
      "y ~ x |",
      'formula must have the gate\'s terms after the "|" at character 7; got the end, in "y ~ x |"',
    ],
    [
      "y ~ (x | w)",
      'formula must have an operator or ")" at character 8; got "|", in "y ~ (x | w)"',
    ],
  ])("refuses %s", (text, message) => {
    expect(messageOf(() => splitFormula(text))).toBe(message);
  });
});

describe("expandTerms", () => {
  it.each([
    ["y ~ a * b - a", ["1", "b", "a:b"]],
    ["y ~ (a + b + c)^2 - b:c - 1", ["a", "b", "c", "a:b", "a:c"]],
    ["y ~ b:a + a", ["1", "a", "b:a"]],
    ["y ~ a / b / c", ["1", "a", "a:b", "a:b:c"]],
    ["y ~ a %in% (b + c)", ["1", "a:b:c"]],
    ["y ~ (a - 1) * b", ["a", "b", "a:b"]],
    ["y ~ a - (b - 1) + b", ["1", "a", "b"]],
    ["y ~ a + 0 + b", ["a", "b"]],
    ["y ~ a:a + (b)", ["1", "a", "b"]],
    ["y ~ .^2", ["1", "p", "q", "p:q"]],
    ["y ~ offset(z) + a - offset(z)", ["1", "a"]],
  ])("works out %s as R does", (text, terms) => {
    expect(termsOf(text, ["p", "q"])).toEqual(terms);
  });

  it("does not depend on how the same terms are grouped", () => {
    const letters = fc.shuffledSubarray(["a", "b", "c", "d"], { minLength: 1 });
    fc.assert(
      fc.property(letters, fc.nat(), (names, cut) => {
        const at = cut % names.length;
        const sum = names.join(" + ");
        const grouped = `(${names.slice(0, at + 1).join(" + ")}) + ${[...names.slice(at + 1), names[0]].join(" + ")}`;
        expect(termsOf(`y ~ ${grouped}`)).toEqual(termsOf(`y ~ ${sum}`));
        const star = names.join(" * ");
        expect(new Set(termsOf(`y ~ (${sum})^${names.length}`))).toEqual(
          new Set(termsOf(`y ~ ${star}`)),
        );
        expect(termsOf(`y ~ ${star} - (${star})`)).toEqual(["1"]);
      }),
      { seed: 2 },
    );
  });

  it.each([
    [
      "y ~ x + 2",
      'a number that is a term must be 0 or 1; got 2; arithmetic goes inside I(), in "y ~ x + 2"',
    ],
    ["y ~ x + y", 'the response y must not be a term as well, in "y ~ x + y"'],
    [
      "y ~ x^0",
      'the exponent of terms must be a whole number ≥ 1; got 0; a power of a column is written I(x^2), in "y ~ x^0"',
    ],
    [
      "y ~ x^z",
      'the exponent of terms must be a whole number ≥ 1; got z; a power of a column is written I(x^2), in "y ~ x^z"',
    ],
    ["y ~ TRUE", 'a term must be a column; got TRUE, in "y ~ TRUE"'],
    [
      "y ~ offset(a, b)",
      'offset() must have one argument; got offset(a, b), in "y ~ offset(a, b)"',
    ],
  ])("refuses %s", (text, message) => {
    expect(messageOf(() => expandTerms(parseFormula(text), []))).toBe(message);
  });
});

describe("numberText", () => {
  it.each([
    [2, "2"],
    [0.1 + 0.2, "0.3"],
    [1e5, "1e+05"],
    [123456, "123456"],
    [1e-5, "1e-05"],
    [0.0001, "1e-04"],
    [0.001, "0.001"],
    [-1.5, "-1.5"],
    [1e300, "1e+300"],
    [0, "0"],
    [1234567.25, "1234567.25"],
  ])("writes %d as R does: %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
