// Every page in every state: axe finds nothing, nothing has to be scrolled sideways, headings and titles are right, every text of the portal is
// of the catalogue, and there are pictures to look at.
import { MarkedCatalogue } from "../catalogue";
import { look, type Shown } from "../look";
import { arriving } from "../walk/arriving";
import { contests } from "../walk/contests";
import { details } from "../walk/details";
import { failing } from "../walk/failing";
import { launches } from "../walk/launches";
import { launching } from "../walk/launching";
import { lists } from "../walk/lists";
import { organization } from "../walk/organization";
import { people } from "../walk/people";
import { registrations } from "../walk/registrations";
import { reports } from "../walk/reports";
import { saving } from "../walk/saving";
import { wizard } from "../walk/wizard";
import { test } from "../world";

// There are pictures enough.
test.use({ trace: "off", screenshot: "off" });

const CHAPTERS = { arriving, organization, wizard, saving, registrations, details, lists, launching, launches, reports, people, failing, contests };

for (const [place, [name, chapter]] of Object.entries(CHAPTERS).entries()) {
  test(name, async ({ page, portal, lms, servers }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ reducedMotion: "reduce" });
    let visited = 0;
    const numbered = () => [place + 1, ++visited].map((number) => String(number).padStart(2, "0")).join("");
    const catalogue = await MarkedCatalogue.in(page.context());
    const visit = async (state: string, shown: Shown = {}) => {
      const [visited, title] = [shown.page ?? page, `${numbered()}-${name}-${state}`];
      if (!shown.untitled) await catalogue.expectOnly(visited, title);
      await look(visited, title, shown);
    };
    await chapter({ page, portal, lms, servers, visit });
  });
}
