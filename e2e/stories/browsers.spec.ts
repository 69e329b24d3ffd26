// Which browser, with which LMS's storage, with or without cookies, ends how: docs/browsers.md has the table, and each engine is held to
// its part of it. `UPDATE_DOCS=1 npx playwright test browsers --workers=1` writes the table anew.
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expectThirdPartyCookiesBlocked } from "../control";
import { startChromium } from "../engines/chromium";
import { type Engine, type Place } from "../engines/engine";
import { startFirefox } from "../engines/firefox";
import { startWebKit } from "../engines/webkit";
import { type Front, startFront } from "../front";
import { register } from "../launch";
import { startServers } from "../servers";
import { expect, test } from "../world";

const page = join(resolve(import.meta.dirname, "../.."), "docs/browsers.md");

/** The storage that the practice LMS can play, by its word and by its name in the table. */
const storages = {
  moodle: "none: Moodle, Schoology, Open edX",
  canvas: "Canvas: a frame beside",
  "canvas-app": "Canvas apps and editor: named, but nobody answers",
  blackboard: "Blackboard: a frame beside, not named again",
  brightspace: "Brightspace: the page around",
  sakai: "Sakai: the page around, old names too",
  older: "an older LMS: old names only",
  elsewhere: "another frame than named, told by `lti.capabilities`",
};

const engines: Record<string, (use: { browser: import("@playwright/test").Browser }) => Promise<Engine>> = {
  async Chromium({ browser }) {
    const engine = await startChromium(browser);
    await expectThirdPartyCookiesBlocked(engine.context);
    return engine;
  },
  Firefox: startFirefox,
  WebKit: startWebKit,
};

for (const [name, start] of Object.entries(engines)) {
  test(`launches in ${name} end as documented`, async ({ browser }) => {
    test.slow();
    const front = await startFront();
    const servers = await startServers(front);
    const engine = await start({ browser });
    try {
      await register(servers.local, servers.lms);
      const rows = await ends(engine, front, servers.lms);
      if (process.env.UPDATE_DOCS) await writeFile(page, (await readFile(page, "utf8")).replace(part(name), () => `<!-- ${name} -->\n${table(rows)}<!-- end -->`));
      const documented = part(name).exec(await readFile(page, "utf8"))![1];
      expect(table(rows)).toBe(documented);
    } finally {
      await engine.close();
      await servers.stop();
      await front.stop();
    }
  });
}

function part(name: string): RegExp {
  return new RegExp(`<!-- ${name} -->\n([^]*?)<!-- end -->`);
}

type Row = [storage: string, kept: string, lost: string];

function table(rows: Row[]): string {
  const lines = [["Storage that the LMS offers", "The browser as it is", "All cookies lost"], ["---", "---", "---"], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

async function ends(engine: Engine, front: Front, lms: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [word, name] of Object.entries(storages)) {
    const cells = [];
    for (const losing of [false, true]) {
      front.losing = losing;
      await engine.visit(`${lms}/course/activity?as=teacher&like=${word}`);
      cells.push(await end(engine, "frame"));
    }
    rows.push([name, ...cells] as Row);
  }
  return rows;
}

/** How a launch ends: in the app, or on a page that says what to do. A page that offers a window is followed. */
async function end(engine: Engine, place: Place): Promise<string> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise((later) => setTimeout(later, 50))) {
    const text = await engine.text(place);
    if (text.includes("This launch is valid")) {
      return text.includes("The LMS's storage gives back the value") ? "app, by the storage" : "app, by the cookie";
    }
    if (text.includes("Cookies can't be found")) return "page about cookies";
    if (text.includes("Open the app in a new window")) {
      await engine.press(place, "Open in a new window");
      return `new window: ${await end(engine, "window")}`;
    }
    if (/aren't valid|not found|Something went wrong|Invalid request/.test(text)) return `refused: ${text.slice(0, 200)}`;
  }
  throw new Error(`nothing came of it: ${(await engine.text(place)) || "nothing could be read"}`);
}
