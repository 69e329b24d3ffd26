// The pages that everybody may open, for screen readers.
import { expectAria } from "../../aria";
import { expect, test } from "../../world";

/** Above every page for people who aren't signed in. */
const HEADER = `
    - status
    - link "Skip to main content":
      - /url: "#main"
    - banner:
      - /children: equal
      - link "LMS Gateway":
        - /url: /
      - button "Help"
      - button "Sign in"`;

test("the landing page, and the help menu on it", async ({ page, portal }) => {
  await portal.open();
  await expectAria(
    page.locator("body"),
    `
    - /children: equal${HEADER}
    - main:
      - /children: equal
      - heading "Connect your LMS to your learning apps" [level=1]
      - paragraph
      - button "Go to registration portal"
      - paragraph: /Adding registrations takes an administrator/
      - img /^Five learning management systems .* four apps/
      - region "What you can do":
        - /children: equal
        - heading "Connect in ten minutes" [level=2]
        - paragraph
        - heading "Know that it works" [level=2]
        - paragraph
        - heading "Find out why it failed" [level=2]
        - paragraph
    - contentinfo:
      - /children: equal
      - link "REST API":
        - /url: /docs
  `,
  );
  await portal.openHelp();
  await expect(page.getByRole("menuitem", { name: "Help" })).toBeFocused();
  await expectAria(
    page.getByRole("banner"),
    `
    - banner:
      - /children: equal
      - link "LMS Gateway"
      - button "Help" [expanded]
      - menu "Help":
        - /children: equal
        - menuitem "Help"
        - menuitem "Report a problem"
        - separator
        - menuitem "Keyboard"
        - menuitem "REST API"
        - menuitem "About"
      - button "Sign in"
  `,
  );
});

const PAGES: [path: string, snapshot: string][] = [
  [
    "/help",
    `
    - /children: equal${HEADER}
    - main:
      - /children: equal
      - heading "Help" [level=1]
      - paragraph
      - region "Registrations":
        - heading "Registrations" [level=2]
        - heading "View a registration" [level=3]
        - paragraph
        - heading "Delete a registration" [level=3]
        - paragraph
        - heading "Change a registration" [level=3]
        - paragraph
        - heading "Prove that an LMS is yours" [level=3]
        - paragraph
      - region "When an app doesn’t open from the LMS":
        - heading "When an app doesn’t open from the LMS" [level=2]
        - heading "Cookies can't be found" [level=3]
        - paragraph
        - heading "Registration details not found" [level=3]
        - paragraph
        - heading "Some details from LMS aren't valid" [level=3]
        - paragraph
        - heading "Issues with the LMS public keyset URL" [level=3]
        - paragraph
      - region "Allow cookies for your LMS":
        - heading "Allow cookies for your LMS" [level=2]
        - heading "Edge" [level=3]
        - paragraph
        - heading "Chrome" [level=3]
        - paragraph
        - heading "Firefox" [level=3]
        - paragraph
        - heading "Safari" [level=3]
        - paragraph
      - region "When signing in fails":
        - heading "When signing in fails" [level=2]
        - heading "Your account doesn't have permission to access this page" [level=3]
        - paragraph
        - heading "Authentication failed. Try again" [level=3]
        - paragraph
        - heading "Something went wrong. Try again later." [level=3]
        - paragraph
  `,
  ],
  [
    "/help/keyboard",
    `
    - /children: equal${HEADER}
    - main:
      - /children: equal
      - heading "Keyboard" [level=1]
      - paragraph
      - table "Keyboard":
        - rowgroup:
          - row:
            - /children: equal
            - columnheader "Key"
            - columnheader "What it does"
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - rowheader "Tab Shift + Tab"
            - cell /next or the previous field/
          - row:
            - rowheader "Enter Space"
          - row:
            - rowheader "↑ ↓"
          - row:
            - rowheader "Home End"
          - row:
            - rowheader "Esc"
          - row:
            - rowheader "Alt + ← ⌘ + ["
  `,
  ],
  [
    "/help/about",
    `
    - /children: equal${HEADER}
    - main:
      - /children: equal
      - heading "About" [level=1]
      - paragraph
      - term: Version of the portal
      - definition: /^\\d+\\.\\d+\\.\\d+$/
      - term: Address of the gateway
      - definition:
        - text: /^http:/
        - button "Copy Address of the gateway"
      - term: Licence
      - definition: MIT OR Apache-2.0
      - term: REST API
      - definition:
        - link "Description for developers"
      - paragraph: /not affiliated with Microsoft/
  `,
  ],
  [
    "/no-such-page",
    `
    - /children: equal
    - status
    - link "Skip to main content"
    - banner:
      - /children: equal
      - link "LMS Gateway"
      - link "Report a problem"
      - button "Help"
      - button "Sign in"
    - main:
      - /children: equal
      - heading "This page doesn’t exist" [level=1]
      - paragraph
      - link "Go to Home page"
      - link "Go to registration portal"
  `,
  ],
];

test("help, keyboard, about, an address that leads nowhere, and a gateway that can’t be reached", async ({ page, portal }) => {
  for (const [path, snapshot] of PAGES) {
    await portal.open(path);
    await expectAria(page.locator("body"), snapshot);
  }
  await page.route("**/portal/config.json", (route) => route.abort());
  await portal.open("/registrations");
  await expectAria(
    page.locator("body"),
    `
    - /children: equal
    - status
    - main:
      - /children: equal
      - heading "The gateway can’t be reached" [level=1]
      - paragraph: /Nothing that you entered is lost/
      - button "Try again"
  `,
  );
});
