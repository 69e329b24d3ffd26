// Shows that every text of the portal comes from the catalogue, so that another language is one file more. The texts that the browser
// fetches are marked, and what is shown outside the marks must be data.
import { type BrowserContext, expect, type Page } from "@playwright/test";

/** Brackets that nobody sees, and that Playwright leaves out of what it compares: the steps of a walk find what they look for. */
const [OPEN, CLOSE] = ["\u200b", "\u00ad"] as const;

/** Strings that are neither texts nor sent by the API. */
const NAMES = [
  // Browsers, in the help and in what is sent with a report.
  /^(Edge|Chrome|Firefox|Safari)$/,
  /^Chrome \d+, \w+$/,
  // The licences' own names.
  /^MIT OR Apache-2\.0$/,
];

/** Elements that aren't read, or are written by the browser in the reader's locale (`Intl`). */
const NOT_READ = [
  // Of the page before the program runs: the bundle fills it, and a test of xtask holds that.
  "main.boot-message",
  "noscript",
  "script",
  "style",
  // Dates.
  "time",
  ".chart th[scope=row]",
  // A picture of apps and LMSs, described by its `aria-label`; letters of names; a document for an LMS.
  "svg",
  ".mono-tile",
  ".avatar",
  "pre.code",
];

const SPOKEN = ["aria-label", "aria-description", "aria-valuetext", "alt", "title", "placeholder", "label", "data-tip", "data-label"];

/** A text without the marks. */
export function unmarked(text: string): string {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

/** Marks the catalogue's texts in all pages of a context. */
export class MarkedCatalogue {
  private readonly data = new Set<string>();
  private readonly answers: Promise<void>[] = [];

  static async in(context: BrowserContext): Promise<MarkedCatalogue> {
    const catalogue = new MarkedCatalogue();
    await context.route("**/assets/en-*.txt", async (route) => {
      const answer = await route.fetch();
      const lines = (await answer.text()).trimEnd().split("\n");
      await route.fulfill({ response: answer, body: lines.map((line) => `${OPEN}${line}${CLOSE}\n`).join("") });
    });
    // Else a browser keeps room for a hyphen at the end of each text.
    await context.route("**/assets/portal-*.css", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: `${await answer.text()}* { hyphenate-character: ""; }` });
    });
    context.on("response", (answer) => {
      if (!/\/api\/v1\/|\/portal\/config\.json$/.test(answer.url())) return;
      // A page that is left takes its answers with it.
      catalogue.answers.push(answer.json().then((body: unknown) => catalogue.collect(body), () => {}));
    });
    return catalogue;
  }

  /** Strings, wherever they stand in a value. */
  private collect(value: unknown): void {
    if (typeof value === "string") {
      this.data.add(compared(value));
      // An LMS in a sentence is named without what tells it from another; a code is broken where its family ends.
      this.data.add(compared(value.split(" (")[0]!));
      // Rows name an LMS by its host.
      if (URL.canParse(value)) this.data.add(compared(new URL(value).host));
      const dot = value.indexOf(".");
      if (/^\w+\.\w+$/.test(value)) for (const part of [value.slice(0, dot), value.slice(dot)]) this.data.add(compared(part));
    } else if (value && typeof value === "object") {
      for (const member of Object.values(value)) this.collect(member);
    }
  }

  /** Nothing on the page but data stands outside the marks. */
  async expectOnly(page: Page, name: string): Promise<void> {
    // A refused launch is the gateway's own page.
    if ((await page.locator("#portal").count()) === 0) return;
    await Promise.all(this.answers.splice(0));
    // A reference that no launch has stands in the address only.
    this.collect(new URL(page.url()).pathname.split("/"));
    const shown = await page.evaluate(read, { OPEN, CLOSE, NOT_READ, SPOKEN });
    for (const typed of shown.kept) this.collect(JSON.parse(typed));
    const strange = shown.texts.filter((text) => !this.data.has(compared(text)) && !NAMES.some((name) => name.test(text.trim())));
    expect.soft(strange, `${name}: texts that aren't of the catalogue`).toEqual([]);
  }
}

/** As the portal shows values: without spaces to spare, menus by `›`; punctuation around them is nobody's text. */
function compared(text: string): string {
  return text
    .replaceAll(" > ", " › ")
    .replace(/\s+/g, " ")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

/** In the page: what is read to people outside the marks, as far as it has letters, and what the tab keeps of them. */
function read({ OPEN, CLOSE, NOT_READ, SPOKEN }: { OPEN: string; CLOSE: string; NOT_READ: string[]; SPOKEN: string[] }): { texts: string[]; kept: string[] } {
  const outside = (text: string): string => {
    let [depth, rest] = [0, ""];
    for (const letter of text) {
      if (letter === OPEN) depth += 1;
      else if (letter !== CLOSE) rest += depth ? "" : letter;
      // The end of a text that contains an element.
      else if (depth === 0) rest = "";
      else depth -= 1;
    }
    return rest;
  };
  const texts = [document.title];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isRead = (element: Element | null) => element && !element.closest(NOT_READ.join());
  while (nodes.nextNode()) {
    const { nodeValue, parentElement } = nodes.currentNode;
    if (isRead(parentElement)) texts.push(nodeValue ?? "");
  }
  for (const element of Array.from(document.body.querySelectorAll("*"))) {
    if (isRead(element)) texts.push(...SPOKEN.map((attribute) => element.getAttribute(attribute) ?? ""));
  }
  const kept = Object.values({ ...sessionStorage }) as string[];
  return { texts: [...new Set(texts.map(outside))].filter((text) => /\p{L}/u.test(text)), kept };
}
