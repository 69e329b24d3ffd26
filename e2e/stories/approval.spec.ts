// A gateway whose operator decides which organizations may use it, as it is unless the configuration says otherwise.
import { people, Portal } from "../portal";
import { startServers } from "../servers";
import { expect, test } from "../world";

const CONTOSO = "c0ffee00-0000-4000-8000-000000000001";

test("an organization waits for the operator's approval, is told so, and gets in once it is given", async ({ page, browser }) => {
  const servers = await startServers(undefined, { LMS_GATEWAY__TENANTS__REGISTRATION: "approval" });
  try {
    const portal = new Portal(page, servers.gateway);
    await portal.signIn(people.admin);
    await page.getByRole("link", { name: "Register your organization" }).click();
    await page.getByLabel("Organization name").fill("Contoso University");
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Register Contoso University" }).click();
    await expect(portal.heading("Your organization is pending approval")).toBeVisible();
    await expect(page.getByRole("main")).toContainText("Pending approval");
    await expect(page.getByRole("main"), "the operator asks for it").toContainText(CONTOSO);

    await portal.open("/registrations");
    await expect(page.getByRole("link", { name: "Add new registration" })).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Registrations");
    const elsewhere = await browser.newContext();
    const educator = new Portal(await elsewhere.newPage(), servers.gateway);
    await educator.signIn(people.educator);
    await expect(educator.page.getByRole("heading", { level: 1 })).not.toHaveText("Registrations");
    await expect(educator.page.getByRole("main")).toContainText("approval");
    await elsewhere.close();

    await portal.open("/tenant");
    await page.getByRole("button", { name: "Check again" }).click();
    await expect(portal.heading("Your organization is pending approval"), "nobody approved it yet").toBeVisible();
    await servers.command("approve-tenant", CONTOSO);
    await page.getByRole("button", { name: "Check again" }).click();
    await expect(page.getByRole("main").getByText("Registered", { exact: true })).toBeVisible();
    await portal.goToList();
    await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  } finally {
    await servers.stop();
  }
});
