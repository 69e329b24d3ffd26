// Every page in every state: axe finds nothing, nothing has to be scrolled sideways, headings and titles are right, and there are pictures to look at.
import { arriving } from "../walk/arriving";
import { launching } from "../walk/launching";
import { organization } from "../walk/organization";
import { registrations } from "../walk/registrations";
import { wizard } from "../walk/wizard";
import { launches } from "../walk/launches";
import { look } from "../look";
import { test } from "../world";

const CHAPTERS = { arriving, organization, wizard, registrations, launching, launches };

for (const [place, [name, chapter]] of Object.entries(CHAPTERS).entries()) {
  test(name, async ({ page, portal, lms, servers }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ reducedMotion: "reduce" });
    let number = 100 * (place + 1);
    await chapter({ page, portal, lms, servers, visit: (name, shown = {}) => look(shown.page ?? page, `${++number}-${name}`, shown) });
  });
}
