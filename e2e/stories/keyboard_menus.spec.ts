// Menus, the navigation of a small window, accounts and consent, without a pointer.
import { arrive, expectFocus, expectWayThrough, press, signIn, tabTo } from "../keyboard";
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("menus by keyboard", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  const menus: [name: RegExp, items: string[]][] = [
    [/^Help$/, ["Help", "Look up a reference", "Report a problem", "Keyboard", "REST API", "About"]],
    [/^Account of/, ["Switch account", "Sign out"]],
  ];
  for (const [name, names] of menus) {
    const opener = page.getByRole("button", { name });
    const menu = page.getByRole("menu", { name });
    const items = menu.getByRole("menuitem");
    await press(opener, "Enter");
    await expect(opener).toHaveAttribute("aria-expanded", "true");
    await expect(items).toHaveText(names);
    await expectFocus(items.first());
    for (const [key, place] of [
      ["ArrowUp", -1],
      ["ArrowDown", 0],
      ...names.slice(1).map((_, before) => ["ArrowDown", before + 1] as const),
      ["ArrowUp", names.length - 2],
      ["End", -1],
      ["ArrowDown", 0],
      ["End", -1],
      ["Home", 0],
    ] as const) {
      await page.keyboard.press(key);
      await expectFocus(items.nth(place), `${key} in ${names}`);
    }
    await page.keyboard.press("q");
    await expectFocus(items.first(), "a letter that begins no name does nothing");
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
    await expectFocus(opener);
    await expect(opener).toHaveAttribute("aria-expanded", "false");

    await page.keyboard.press("Space");
    await expectFocus(items.first());
    await page.keyboard.press("Tab");
    await expect(menu, "Tab leaves it").toBeHidden();
    await expect(opener).not.toBeFocused();
    await expectFocus(page.locator(":focus"), "and goes on to what comes next");
    await page.keyboard.press("Shift+Tab");
    await expectFocus(opener);
    await page.keyboard.press("Enter");
    await expectFocus(items.first());
    await page.keyboard.press("Shift+Tab");
    await expect(menu, "backwards too").toBeHidden();
  }
});

test("the account menu says who is here, and leads to another account by keyboard", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await signIn(portal, people.admin);
  for (const [name, role] of [[people.admin, "Administrator"], [people.educator, "Educator"]] as const) {
    await expect(portal.heading("Registrations")).toBeVisible();
    await press(page.getByRole("button", { name: `Account of ${name}` }));
    const shown = page.locator(".menu", { has: page.getByRole("menu", { name: `Account of ${name}` }) });
    for (const text of [name, "Contoso University", role]) await expect(shown.getByText(text, { exact: true })).toBeVisible();
    await expectFocus(page.getByRole("menuitem", { name: "Switch account" }));
    await page.keyboard.press("Enter");
    // A page of the identity provider.
    await expect(portal.heading("Choose who to sign in as")).toBeVisible();
    await press(page.getByRole("button", { name: people.educator }));
  }
});

test("an organization is registered and consented for by keyboard", async ({ page, portal }) => {
  await signIn(portal, people.admin);
  await press(page.getByRole("link", { name: "Register your organization" }));
  await arrive(portal, "Register your organization");
  await press(page.getByRole("button", { name: "Register this organization" }));
  const faults = page.getByRole("alert");
  await expectFocus(faults);
  await press(faults.getByRole("link", { name: /^Confirm that/ }));
  await expectFocus(page.getByRole("checkbox"));
  await tabTo(faults.getByRole("link", { name: /^Organization name/ }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expectFocus(page.getByLabel("Organization name"));

  const give = page.getByRole("button", { name: "Give consent for the organization" });
  const asked = page.waitForRequest(/\/v2\.0\/adminconsent\?/);
  await press(give);
  expect(new URL((await asked).url()).searchParams.get("redirect_uri")).toBe(`${portal.address}/tenant`);
  await press(page.getByRole("button", { name: "Cancel" }));
  await expect(page.getByRole("main")).toContainText("Consent was not given.");
  await press(give, "Space");
  await press(page.getByRole("button", { name: "Accept for Contoso University" }));
  await expect(page.getByRole("main")).toContainText("Consent is given.");
  await expect(give, "there is nothing more to give").toHaveCount(0);
});

test.describe("in a small window", () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test("the navigation is opened, left and followed by keyboard", async ({ page, portal, servers }) => {
    await launchToken(servers.gateway, servers.lms);
    await portal.signIn(people.admin);
    await expect(portal.heading("Registrations")).toBeVisible();
    const opener = page.getByRole("button", { name: "Navigation" });
    const navigation = page.getByRole("navigation", { name: "Portal" });
    await expect(navigation).toBeHidden();
    await press(opener);
    await expect(navigation).toBeVisible();
    await page.keyboard.press("Tab");
    await expectFocus(navigation.getByRole("link").first(), "the navigation comes after its button");
    await page.keyboard.press("Escape");
    await expect(navigation).toBeHidden();
    await expectFocus(opener);
    await page.keyboard.press("Space");
    await press(navigation.getByRole("link", { name: "Launches" }));
    await arrive(portal, "Launches");
    await expect(navigation, "it is out of the way").toBeHidden();
    await portal.openList();
    await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
    await expectWayThrough(page);
  });
});
