// All that the wizard has, without a pointer: faults, ways back, copying, and what few registrations need.
import { type Locator } from "@playwright/test";
import { arrive, choose, expectFocus, press, tabTo, type } from "../keyboard";
import { people } from "../portal";
import { expect, test } from "../world";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test.beforeEach(async ({ portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
});

test("faults, copying, deployment IDs, settings, checks and changes in the wizard, by keyboard", async ({ page, portal, lms }) => {
  test.slow();
  const keys = await lms.keys();
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const field = (name: string) => page.getByRole("textbox", { name });
  /** Leaving a step with faults tells them where the focus is then, and each leads to its field. */
  const expectRefusal = async (leave: string, faults: [text: string, field: Locator][]) => {
    await press(button(leave));
    const summary = page.getByRole("alert");
    await expectFocus(summary, "the faults take the focus");
    await expect(summary.getByRole("link")).toHaveText(faults.map(([text]) => text));
    for (const [place, [text, mended]] of faults.entries()) {
      await tabTo(summary.getByRole("link", { name: text }), place === 0 ? "Tab" : "Shift+Tab");
      await page.keyboard.press("Enter");
      await expectFocus(mended, text);
    }
  };
  const copied = () => page.evaluate(() => navigator.clipboard.readText());

  await portal.openList();
  await press(link("Add new registration").first());
  await arrive(portal, /Which app/);
  await expectRefusal("Next", [["Choose an app", page.getByRole("radio").first()]]);
  await choose(page.getByRole("radio", { name: "Launch inspector" }));
  await press(button("Next"));

  await arrive(portal, /Name it/);
  await expectRefusal("Next", [
    ["Registration name: Enter a value", field("Registration name")],
    ["Choose a platform", page.getByRole("radio").first()],
  ]);
  await choose(page.getByRole("radio", { name: "Moodle", exact: true }));
  await tabTo(field("Registration name"), "Shift+Tab");
  await page.keyboard.type("Practise LMS");
  // As in every form, Enter in a field goes on.
  await page.keyboard.press("Enter");

  await arrive(portal, /Copy the gateway keys/);
  for (const [label, key] of [["Tool URL", "Enter"], ["Initiate login URL", "Space"], ["Redirection URI(s)", "Enter"], ["Public keyset", "Space"]] as const) {
    await press(button(`Copy ${label}`), key);
    await expect(portal.status(`Copied ${label}`)).toBeAttached();
    expect(await copied(), label).toBe(await field(label).inputValue());
    await expectFocus(button(`Copy ${label}`), "to go on from");
  }
  const firewall = page.getByText("If Moodle is behind a firewall");
  await press(firewall);
  await press(button("Copy User-Agent"));
  await expect.poll(copied).toMatch(/^LMS-Gateway\//);
  await tabTo(firewall, "Shift+Tab");
  await page.keyboard.press("Space");
  await expect(button("Copy User-Agent")).toBeHidden();
  await press(link("Back"));
  await arrive(portal, /Name it/);
  await expect(field("Registration name")).toHaveValue("Practise LMS");
  await press(button("Next"));
  await arrive(portal, /Copy the gateway keys/);
  await press(button("Next"));

  await arrive(portal, /Enter the keys/);
  await expectRefusal("Check the keys", [
    ["Platform ID: Enter a value", field("Issuer")],
    ["Client ID: Enter a value", field("Client ID")],
    ["Public keyset URL: Enter a value", field("Keyset URL")],
    ["Authentication request URL: Enter a value", field("Authentication URL")],
  ]);
  await type(field("Issuer"), `${keys.issuer}/`);
  await expect(portal.status("This ends in a slash"), "and that it does is announced").toBeVisible();
  await press(button("Remove the slash"));
  await expectFocus(field("Issuer"));
  await expect(field("Issuer")).toHaveValue(keys.issuer);
  await expect(button("Remove the slash")).toHaveCount(0);
  await type(field("Client ID"), keys.clientId);
  await type(field("Keyset URL"), keys.keysetUrl);
  await type(field("Authentication URL"), keys.authenticationUrl);
  await type(field("Access token URL"), keys.accessTokenUrl);
  await type(field("Deployment ID"), keys.deploymentId);
  await press(button("Add another deployment ID"));
  const second = page.getByRole("textbox", { name: "Deployment ID 2", exact: true });
  await expectFocus(second, "to be typed at once");
  await page.keyboard.type("wrong");
  await press(button("Remove deployment ID 2"), "Space");
  await expect(second).toHaveCount(0);
  await expectFocus(field("Deployment ID"));
  await expect(field("Deployment ID")).toHaveValue(keys.deploymentId);
  await press(page.getByText("More settings"));
  for (const name of ["Approve new deployments automatically", "Allow anonymous launches"]) {
    await press(page.getByRole("checkbox", { name }), "Space");
    await expect(page.getByRole("checkbox", { name })).toBeChecked();
  }
  await press(button("Check the keys"));

  await arrive(portal, /Check and save/);
  await expect(portal.status("The keys work")).toBeVisible();
  const checked = page.waitForResponse(/registrations\/check$/);
  await press(button("Check again"), "Space");
  await checked;
  await expect(portal.status("The keys work")).toBeVisible();
  await expectFocus(button("Check again"));
  const settings = page.getByRole("region", { name: "LMS keys" });
  await expect(settings).toContainText("Approve new deployments automatically");
  await press(link("Change LMS keys"));
  await arrive(portal, /Enter the keys/);
  await press(page.getByText("More settings"), "Space");
  await press(page.getByRole("checkbox", { name: "Approve new deployments automatically" }), "Space");
  await press(button("Check the keys"));
  await arrive(portal, /Check and save/);
  await expect(settings).not.toContainText("Approve new deployments automatically");
  await press(link("Change app and LMS"));
  await arrive(portal, /Name it/);
  await type(field("Registration name"), "Practice LMS");
  for (const [go, next] of [["Next", /Copy the gateway keys/], ["Next", /Enter the keys/], ["Check the keys", /Check and save/]] as const) {
    await press(button(go));
    await arrive(portal, next);
  }
  await press(button("Save registration"));
  await arrive(portal, "Practice LMS");
  await expect(portal.status("Registration saved")).toBeVisible();
  await press(button("Dismiss message"));
  await expect(portal.status("Registration saved")).toHaveCount(0);
  await expect(page.locator(":focus"), "the focus isn’t lost with its button").toHaveCount(1);

  await press(link("Add another app to this LMS"));
  await arrive(portal, /Which app/);
  await choose(page.getByRole("radio", { name: "Launch inspector" }));
  await press(button("Next"));
  await arrive(portal, /Name it/);
  await expect(page.getByRole("radio", { name: "Moodle", exact: true }), "which nobody has to choose again").toBeChecked();
  await expect(field("Registration name")).toHaveValue("");
  await press(link("Cancel"));
  await arrive(portal, "Registrations");
  await expect(page.getByRole("rowheader")).toHaveText([/^Practice LMS/]);
  await press(link("Add new registration"));
  await arrive(portal, /Which app/);
  await expect(page.getByText("You’re back where you left off.")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Launch inspector" }), "what was chosen is kept").toBeChecked();
});

test("a draft is begun anew by keyboard, wherever it is", async ({ page, portal }) => {
  const app = page.getByRole("radio", { name: "Launch inspector" });
  await portal.startRegistration();
  for (const reached of [[/Name it/], []]) {
    await choose(app);
    for (const heading of reached) {
      await press(page.getByRole("button", { name: "Next", exact: true }));
      await arrive(portal, heading);
    }
    await page.reload();
    await expect(page.getByText("You’re back where you left off.")).toBeVisible();
    await press(page.getByRole("button", { name: "Start over" }));
    await arrive(portal, /Which app/);
    await expect(app).not.toBeChecked();
  }
});
