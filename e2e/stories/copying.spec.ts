// The copy buttons put the values on the clipboard.
import type { Page } from "@playwright/test";
import { people } from "../portal";
import { expect, test } from "../world";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test("each value is copied as it is, and that it was is announced", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Practice LMS", "Moodle");
  for (const label of ["Tool URL", "Initiate login URL", "Redirection URI(s)", "Public keyset"]) {
    await page.getByRole("button", { name: `Copy ${label}`, exact: true }).click();
    await expect(portal.status(`Copied ${label}`)).toBeAttached();
    expect(await copied(page), label).toBe(await page.getByRole("textbox", { name: label }).inputValue());
  }
  await page.getByRole("button", { name: "Copy all as text" }).click();
  await expect.poll(() => copied(page)).toContain(`${portal.address}/lti/login`);
  expect((await copied(page)).split("\n").length, "one line a value").toBeGreaterThan(3);

  await portal.next();
  await portal.enterLmsKeys(keys);
  await portal.checkKeys();
  await portal.save();
  await page.getByRole("link", { name: "View registration" }).click();
  const details = page.getByRole("dialog");
  for (const [label, value] of [["Issuer", keys.issuer], ["Client ID", keys.clientId], ["Keyset URL", keys.keysetUrl]] as const) {
    await details.getByRole("button", { name: `Copy ${label}`, exact: true }).click();
    await expect(portal.status(`Copied ${label}`)).toBeAttached();
    expect(await copied(page), label).toBe(value);
  }
});

test("the ready-made configuration is copied as the JSON that Canvas takes", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Canvas", "Canvas");
  await page.getByRole("button", { name: "Copy JSON" }).click();
  await expect(portal.status(/^Copied/)).toBeAttached();
  const configuration = JSON.parse(await copied(page)) as { target_link_uri: string; oidc_initiation_url: string };
  expect(configuration).toMatchObject({ oidc_initiation_url: `${portal.address}/lti/login` });
  expect(configuration.target_link_uri).toMatch(portal.address);
});
