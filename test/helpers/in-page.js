// Functions that run inside a page: each stands alone, since its source is what is sent there.

/** The visible drawing of each figure: its size, its marks, how far right it goes. */
export function drawings() {
  return [...document.querySelectorAll("figure:not(.code)")].map((figure) => {
    const shown = [...figure.querySelectorAll("svg")].filter(
      (svg) => getComputedStyle(svg).display !== "none",
    );
    const svg = shown[0];
    const { width, height, right } = svg.getBoundingClientRect();
    const painted = [...svg.querySelectorAll("path, line, rect")].filter((mark) => {
      const { fill, stroke } = getComputedStyle(mark);
      return [fill, stroke].some((paint) => paint.startsWith("rgb"));
    });
    return {
      shown: shown.length,
      label: svg.getAttribute("aria-label") ?? "",
      role: svg.getAttribute("role"),
      width,
      height,
      right,
      marks: painted.length,
    };
  });
}

/** For each piece of text: the contrast (WCAG 2) of its colour with the background behind it. */
export function contrasts() {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (element) => {
    if (element === null) return "rgb(255, 255, 255)";
    const own = getComputedStyle(element).backgroundColor;
    return channels(own)[3] === 0 ? backgroundOf(element.parentElement) : own;
  };
  const texts = "h1,h2,p,a,td,th,caption,figcaption,pre,.badge,code,svg text";
  return [...document.querySelectorAll(texts)].map((element) => {
    const style = getComputedStyle(element);
    const text = element.closest("svg") ? style.fill : style.color;
    const pair = [luminance(text), luminance(backgroundOf(element))].sort((a, b) => a - b);
    return {
      what: `${element.tagName} ${text}`,
      contrast: (pair[1] + 0.05) / (pair[0] + 0.05),
    };
  });
}

/** The size in CSS pixels at which each piece of text of the visible drawings appears. */
export function letterSizes() {
  return [...document.querySelectorAll("svg text")]
    .filter((text) => getComputedStyle(text.closest("svg")).display !== "none")
    .map((text) => {
      const scale = text.closest("svg").getScreenCTM().a;
      return scale * Number.parseFloat(getComputedStyle(text).fontSize);
    });
}

/** How far the page scrolls to the right when asked to, and how wide its content is. */
export function sideways() {
  scrollTo(1000, 0);
  return [scrollX, document.documentElement.scrollWidth];
}

export function background() {
  return getComputedStyle(document.body).backgroundColor;
}

/** The upper edge of the first element that each selector finds. */
export function tops(selectors) {
  return selectors.map((selector) => document.querySelector(selector).getBoundingClientRect().top);
}

/** What each link of the contents leads to. */
export function linked() {
  return [...document.querySelectorAll("nav a")].map(
    (link) => document.querySelector(link.getAttribute("href"))?.tagName,
  );
}

export function embedded() {
  return {
    summary: JSON.parse(document.querySelector("#summary").textContent),
    ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
  };
}
