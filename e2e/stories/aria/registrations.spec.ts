// The list of registrations, for screen readers.
import type { Page } from "@playwright/test";
import { expectAria } from "../../aria";
import { fullList } from "../../full";
import { launchToken } from "../../launch";
import { people } from "../../portal";
import { answerWith, changeAnswer, FAILURE, hold } from "../../problem";
import { expect, test } from "../../world";
import { FAILED } from "./parts";

const SEARCH_AND_FILTERS = `
      - text: Search registrations
      - searchbox "Search registrations"
      - group "Filters":
        - /children: equal
        - text: App
        - combobox "App"
        - text: LMS
        - combobox "LMS"
        - text: Health
        - combobox "Health"`;

/** The part above the list, for administrators; the first status is there before anything is announced in it. */
const HEAD = `
      - heading "Registrations" [level=1]
      - paragraph
      - status
      - link "Add new registration":
        - /url: /registrations/new
      - button "Refresh"${SEARCH_AND_FILTERS}`;

const COLUMNS = `
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - columnheader "Name":
              - button "Name"
            - columnheader "App"
            - columnheader "LMS"
            - columnheader "Created":
              - button "Created"
            - columnheader "Last launch":
              - button "Last launch"
            - columnheader "Health"
            - columnheader "Actions"`;

/** Controls that take the focus, and are cut away all the same. */
async function clippedControls(page: Page): Promise<string[]> {
  return page.locator("a[href], button, input, select").evaluateAll((controls) => {
    const isClipped = (element: Element | null): boolean => element !== null && (getComputedStyle(element).clipPath === "inset(50%)" || isClipped(element.parentElement));
    const takesFocus = (control: HTMLElement) => {
      control.focus();
      return document.activeElement === control;
    };
    return (controls as HTMLElement[]).filter((control) => takesFocus(control) && isClipped(control)).map((control) => control.innerText);
  });
}

test("a list without a registration leads to the first one", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await expectAria(
    page.getByRole("main"),
    `
    - main:
      - /children: equal
      - heading "Registrations" [level=1]
      - paragraph
      - status
      - heading "Connect your first LMS" [level=2]
      - paragraph
      - link "Add new registration"
      - status: 0 registrations
  `,
  );
});

test("the list: as it is for administrators, in every health, as cards, with nothing that fits, failed and loading", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  const main = page.getByRole("main");
  await expectAria(
    main,
    `
    - main:
      - /children: equal${HEAD}
      - table "Registrations":
        - caption: Registrations${COLUMNS}
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - rowheader /^Practice LMS 127/:
              - /children: equal
              - link "Practice LMS"
              - text: /^127/
            - cell "Launch inspector"
            - cell "Moodle"
            - cell:
              - time
            - cell "Just now"
            - cell "Healthy"
            - cell:
              - /children: equal
              - link "View Practice LMS"
              - button "Delete Practice LMS"
      - text: 1 registration
      - status: 1 registration
  `,
  );
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");

  const emptied = await changeAnswer<Parameters<typeof fullList>[0]>(page, /registrations$/, (list) => ({
    ...fullList(list),
    nextLink: `${servers.gateway}/api/v1/registrations?cursor=2`,
  }));
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - table "Registrations":
        - rowgroup
        - rowgroup:
          - /children: equal
          - row /^Main campus/:
            - cell "Healthy"
          - row /^Fakultät/:
            - cell /^Failing Since Nov 23, 2026 · The keyset URL can’t be reached/
          - row /^School of Medicine/:
            - cell "Needs attention 2 deployments pending approval"
          - row /^Donaudampf/:
            - cell "Never"
            - cell "No launches yet"
          - row /^Library/:
            - cell /^App withdrawn The operator/
      - text: Page 1 · 5 registrations
      - navigation "Pages":
        - /children: equal
        - button "Previous" [disabled]
        - button "Next"
      - status: Page 1 · 5 registrations
  `,
  );

  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  await expectAria(
    main,
    `
    - main:
      - /children: equal${HEAD}
      - table "Registrations":
        - caption: Registrations${COLUMNS}
        - rowgroup:
          - row:
            - /children: equal
            - rowheader /^Main campus/
            - cell "Launch inspector"
            - cell "Canvas"
            - cell:
              - time
            - cell "Nov 23, 2026"
            - cell "Healthy"
            - cell:
              - /children: equal
              - link "View Main campus"
              - button "Delete Main campus"
      - text: Page 1 · 5 registrations
      - navigation "Pages"
      - status: Page 1 · 5 registrations
  `,
  );
  expect.soft(await clippedControls(page), "what the keyboard comes to is seen").toEqual([]);
  await page.setViewportSize(size);
  await emptied();

  await page.reload();
  await page.getByRole("searchbox").fill("nowhere");
  await expectAria(
    main,
    `
    - main:
      - /children: equal${HEAD}
      - heading "No registrations match" [level=2]
      - paragraph: Nothing matches your search and filters.
      - button "Clear search and filters"
      - status: 0 registrations
  `,
  );
  const mend = await answerWith(page, /registrations$/, FAILURE);
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - /children: equal${HEAD}${FAILED}
      - status
  `,
  );
  await mend();
  const release = await hold(page, /registrations$/);
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - heading "Registrations" [level=1]
      - paragraph
      - status
      - link "Add new registration"
      - button "Refresh" [disabled]${SEARCH_AND_FILTERS}
      - table "Registrations":
        - /children: equal
        - caption: Registrations${COLUMNS}
        - rowgroup:
          - /children: equal
      - status: Loading
  `,
  );
  await release();
});
