// The accessibility tree of a page, as a screen reader gets it: roles, names, levels and order.
import { expect, type Locator, type Page } from "@playwright/test";

const softly = expect.configure({ soft: true });

/** A part of the page is as the snapshot has it, and nothing on the whole page confuses people who only hear it. */
export async function expectAria(part: Locator, snapshot: string): Promise<void> {
  await softly(part).toMatchAriaSnapshot(snapshot);
  await softly.poll(() => confusions(part.page()), `what a screen reader is given at ${part.page().url()}`).toEqual([]);
}

interface Node {
  depth: number;
  role: string;
  name: string;
  level: number;
  /** The text beside its name, or a mark that there is more in it. */
  rest: string;
  /** Where a link leads. */
  url: string;
}

/** The lines of a snapshot: `- 'heading "Step 1: App" [level=1]': text`. */
function nodes(snapshot: string): Node[] {
  const found: Node[] = [];
  for (const line of snapshot.split("\n")) {
    const url = /^ *- \/url: "?([^"]*)/.exec(line);
    if (url !== null) found.at(-1)!.url = url[1]!;
    const [, indent, role, name, attributes, rest] = /^( *)- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?((?: \[[^\]]*\])*)'?(:.*)?$/.exec(line) ?? [];
    if (role === undefined || role === "text") continue;
    const level = Number(/level=(\d)/.exec(attributes!)?.[1]);
    found.push({ depth: indent!.length, role, name: name ?? "", level, rest: rest ?? "", url: "" });
  }
  return found;
}

async function confusions(page: Page): Promise<string[]> {
  const found: string[] = [];
  // A modal dialog is all there is while it is open.
  const dialog = page.locator("dialog:modal").last();
  const isDialog = await dialog.isVisible();
  const all = nodes(await (isDialog ? dialog : page.locator("body")).ariaSnapshot());
  const headings = all.filter(({ role }) => role === "heading");
  const top = isDialog ? 2 : 1;
  if (headings.filter(({ level }) => level === top).length !== 1) found.push(`not one heading of level ${top}`);
  let before = top - 1;
  for (const { name, level } of headings) {
    if (level > before + 1) found.push(`“${name}” of level ${level} follows on level ${before}`);
    before = level;
  }
  const controls = new Map<string, string>();
  const live: number[] = [];
  for (const { depth, role, name, rest, url } of all) {
    if (["link", "button", "textbox", "searchbox", "combobox", "checkbox", "region", "table"].includes(role)) {
      if (name === "") found.push(`a ${role} without a name`);
      const place = controls.get(role + name);
      // Two links may lead to the same place.
      if (place !== undefined && (role !== "link" || place !== url)) found.push(`more than one ${role} “${name}”`);
      controls.set(role + name, url);
    }
    if (["heading", "listitem"].includes(role) && name === "" && rest === "") found.push(`an empty ${role}`);
    while (live.length > 0 && live.at(-1)! >= depth) live.pop();
    if (role === "status" || role === "alert") {
      if (live.length > 0) found.push(`a live region (${role}) inside of another`);
      live.push(depth);
    }
  }
  // Without a mark VoiceOver takes a list for none, unless it is a navigation or has the role.
  const unmarked = await page.locator("ul:not([role]), ol:not([role])").evaluateAll((lists) =>
    lists.filter((list) => list.closest("nav") === null && getComputedStyle(list).listStyleType === "none").map((list) => list.className),
  );
  return [...found, ...new Set(unmarked.map((name) => `the list “${name}” has neither marks nor the role`))];
}
