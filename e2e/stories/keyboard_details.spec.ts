// The panel of a registration, without a pointer.
import { appToken, typedClient } from "../automation";
import { arrive, expectFocus, press, signIn, tabTo, type } from "../keyboard";
import { launch, launchToken, register } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

const REFUSED = "Registration details not found";
const VALID = 'name="launch_token"';

test("deployments are rejected, accepted, removed and entered by keyboard", async ({ page, portal, servers }) => {
  test.slow();
  await register(servers.gateway, servers.lms, { deploymentIds: [] });
  const api = typedClient(servers.gateway, await appToken(servers.gateway));
  const id = (await api.GET("/api/v1/registrations")).data!.value[0]!.id;
  /** The gateway's record of them. */
  const states = async () => {
    const { value } = (await api.GET("/api/v1/registrations/{id}/deployments", { params: { path: { id } } })).data!;
    return Object.fromEntries(value.map(({ deploymentId, state }) => [deploymentId, state]));
  };
  expect(await launch(servers.lms)).toContain(REFUSED);
  expect(await states()).toEqual({ 1: "waiting" });

  await signIn(portal, people.admin);
  await expect(page.getByRole("row", { name: /Practice LMS/ })).toContainText("1 deployment pending approval");
  await press(page.getByRole("link", { name: "View Practice LMS" }));
  const details = page.getByRole("dialog");
  const title = details.getByRole("heading", { name: "Practice LMS" });
  await expectFocus(title);
  const button = (name: string) => details.getByRole("button", { name, exact: true });
  // Decisions are announced in the panel: nothing is heard of a page that lies under it.
  const announced = (text: string) => expect(details.getByRole("status").filter({ hasText: text })).toBeAttached();
  const section = (name: string) => details.getByRole("region", { name });

  await expect(section("Deployments pending approval")).toContainText("Deployment 1 is pending your approval");
  await press(button("Reject deployment 1"));
  await expect(section("Rejected deployments").getByRole("listitem")).toHaveText(/^1/);
  await expect(section("Deployments pending approval")).toHaveCount(0);
  await expectFocus(title, "as the button is gone");
  expect(await states()).toEqual({ 1: "rejected" });
  await announced("Deployment 1 is rejected.");
  expect(await launch(servers.lms)).toContain(REFUSED);
  expect(await states(), "it doesn’t wait again").toEqual({ 1: "rejected" });

  await press(button("Approve deployment 1"), "Space");
  await expect(section("Approved deployments").getByRole("listitem")).toHaveText(/^1/);
  await expectFocus(title);
  await announced("Deployment 1 is approved.");
  expect(await states()).toEqual({ 1: "accepted" });
  expect(await launch(servers.lms)).toContain(VALID);

  await press(button("Remove deployment 1"));
  await expect(button("Remove deployment 1")).toHaveCount(0);
  await expectFocus(title);
  await announced("Deployment 1 is no longer approved.");
  expect(await launch(servers.lms)).toContain(REFUSED);

  const entry = details.getByRole("textbox", { name: "Enter a deployment ID" });
  await press(button("Approve"));
  await expectFocus(entry, "nothing was entered");
  await type(entry, "1");
  await page.keyboard.press("Enter");
  await expect(button("Remove deployment 1")).toBeVisible();
  await expectFocus(title);
  await announced("Deployment 1 is approved.");
  expect(await states()).toEqual({ 1: "accepted" });
  expect(await launch(servers.lms)).toContain(VALID);
});

test.describe("with the clipboard", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });

  test("a registration is checked, copied, followed to its launches and replaced by keyboard", async ({ page, portal, servers }) => {
    test.slow();
    await launchToken(servers.gateway, servers.lms);
    await signIn(portal, people.admin);
    const view = page.getByRole("link", { name: "View Practice LMS" });
    const details = page.getByRole("dialog");
    const title = details.getByRole("heading", { name: "Practice LMS" });
    const button = (name: string) => details.getByRole("button", { name, exact: true });
    await press(view);
    await expectFocus(title);

    await press(button("Check now"));
    await expect(details.getByRole("status").filter({ hasText: "Checked just now" })).toBeVisible();
    await expectFocus(button("Check now"));
    for (const [label, value] of [["Issuer", servers.lms], ["Initiate login URL", `${servers.gateway}/lti/login`]] as const) {
      await press(button(`Copy ${label}`), "Space");
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), label).toBe(value);
      await expect(details.getByRole("status").filter({ hasText: `Copied ${label}` }), "heard in the panel").toBeAttached();
      await expectFocus(button(`Copy ${label}`));
    }

    const recent = details.getByRole("region", { name: "Recent launches" });
    await press(recent.getByRole("listitem").getByRole("link"));
    await arrive(portal, "The launch went through");
    await page.goBack();
    await expectFocus(title, "back in the panel");
    await press(recent.getByRole("link", { name: "See all launches" }));
    await arrive(portal, "Launches");
    await page.goBack();
    await expectFocus(title);

    await press(button("Delete"));
    const question = page.getByRole("alertdialog");
    await expectFocus(question.getByRole("button", { name: "Cancel" }), "nothing is deleted by a second Enter");
    await page.keyboard.press("Escape");
    await expect(question).toHaveCount(0);
    await expectFocus(button("Delete"), "the panel is still open");

    await press(details.getByRole("link", { name: "Delete and add again" }));
    await arrive(portal, /Which app/);
    const next = async (name: string, heading: RegExp) => {
      await press(page.getByRole("button", { name, exact: true }));
      await arrive(portal, heading);
    };
    await next("Next", /Name it/);
    await type(page.getByLabel("Registration name"), "Another name");
    await next("Next", /Copy the gateway keys/);
    await next("Next", /Enter the keys/);
    await next("Check the keys", /Check and save/);
    await next("Save registration", /Another name/);
    await expect(portal.status("Registration saved")).toBeVisible();
    await press(page.getByRole("link", { name: "View registration" }));
    const other = details.getByRole("heading", { name: "Another name" });
    await expectFocus(other);
    await tabTo(button("Close"));
    await page.keyboard.press("Enter");
    await expect(details).toHaveCount(0);
    await expect(page.getByRole("rowheader")).toHaveText([/^Another name/]);
    await expectFocus(page.getByRole("link", { name: "View Another name" }), "the focus is where the panel belongs");
  });
});
