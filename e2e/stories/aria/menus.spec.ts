// The header, its menus and the navigation, for screen readers.
import { expectAria } from "../../aria";
import { register } from "../../launch";
import { people } from "../../portal";
import { expect, test } from "../../world";

const PLACES = [
  ["Registrations", "/registrations"],
  ["Launches", "/launches"],
  ["Problem reports", "/reports"],
  ["Audit", "/audit"],
  ["Organization", "/tenant"],
] as const;

const navigation = (places: readonly (readonly [string, string])[]) => `
    - navigation "Portal":
      - /children: equal
      - list:
        - /children: equal${places.map(([name, path]) => `
        - listitem:
          - /children: equal
          - link "${name}":
            - /url: ${path}`).join("")}`;

/** The header with the menu of the account open. */
const account = (name: string, username: string, role: string, organization?: string) => `
    - banner:
      - /children: equal
      - link "LMS Gateway"${organization ? `\n      - text: ${organization}` : ""}
      - button "Help"
      - button "Account of ${name}" [expanded]${organization ? `\n      - paragraph: ${organization}` : ""}
      - paragraph: ${name}
      - paragraph: ${username}
      - paragraph: ${role}
      - separator
      - menu "Account of ${name}":
        - /children: equal
        - menuitem "Switch account"
        - menuitem "Sign out"
  `;

test("the navigation says where one is, and is a panel where there is no room for it", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  const places = page.getByRole("navigation", { name: "Portal" });
  await expectAria(places, navigation(PLACES));
  const current = page.locator("[aria-current]");
  for (const [name] of PLACES) {
    await places.getByRole("link", { name }).click();
    await expect(portal.heading(name)).toBeVisible();
    await expect(current).toHaveText([name]);
    await expect(current).toHaveAttribute("aria-current", "page");
  }

  await page.setViewportSize({ width: 320, height: 640 });
  const body = page.locator("body");
  const header = `
    - status
    - link "Skip to main content"
    - banner:
      - /children: equal
      - button "Navigation"
      - link "LMS Gateway"
      - button "Help"
      - button "Account of Megan Bowen"`;
  await expectAria(
    body,
    `
    - /children: equal${header}
    - main
  `,
  );
  await page.getByRole("button", { name: "Navigation" }).click();
  await expectAria(
    body,
    `
    - /children: equal${header}${navigation(PLACES)}
    - main
  `,
  );
});

test("the menus of an administrator, of an educator and of support staff", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  const header = page.getByRole("banner");
  await expect(portal.heading("Registrations")).toBeVisible();
  await portal.openHelp();
  await expectAria(
    header,
    `
    - banner:
      - /children: equal
      - link "LMS Gateway"
      - text: Contoso University
      - button "Help" [expanded]
      - menu "Help":
        - /children: equal
        - menuitem "Help"
        - menuitem "Look up a reference"
        - menuitem "Report a problem"
        - separator
        - menuitem "Keyboard"
        - menuitem "REST API"
        - menuitem "About"
      - button "Account of Megan Bowen"
  `,
  );
  await page.keyboard.press("Escape");

  const menu = page.getByRole("menu");
  await portal.openAccount();
  await expectAria(header, account(people.admin, "megan.bowen@contoso.example", "Administrator", "Contoso University"));
  await expect(menu, "the focus is past it").toHaveAccessibleDescription(/Contoso University.*Administrator/);
  await page.keyboard.press("Escape");
  await portal.switchTo(people.educator);
  await portal.openAccount();
  await expectAria(header, account(people.educator, "isaiah.langer@contoso.example", "Educator", "Contoso University"));
  await expect(menu).toHaveAccessibleDescription(/Contoso University.*Educator/);
  await page.keyboard.press("Escape");
  await portal.switchTo(people.support);
  await expectAria(page.getByRole("navigation", { name: "Portal" }), navigation(PLACES.filter(([name]) => name === "Problem reports")));
  await portal.openAccount();
  await expectAria(header, account(people.support, "/^debra\\.berger@/", "Support"));
  await expect(menu).toHaveAccessibleDescription(/Support/);
});
