// The description of the API as a page that signs in and asks.
import { people } from "../portal";
import { expect, test } from "../world";

test("Swagger UI signs in and asks the API", async ({ page, servers }) => {
  await page.goto(`${servers.gateway}/docs/`);
  await page.locator(".scheme-container").getByRole("button", { name: "Authorize" }).click();
  const person = page.locator(".auth-container", { hasText: "authorizationCode with PKCE" });
  await person.getByText("select all").click();
  const opened = page.waitForEvent("popup");
  await person.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
  await (await opened).getByRole("button", { name: people.admin }).click();
  await expect(person.getByRole("button", { name: "Remove authorization" })).toBeVisible();
  await person.getByRole("button", { name: "Close" }).click();

  const operation = page.locator("[id$=get_account]");
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();
  await expect(operation.locator(".live-responses-table")).toContainText(people.admin);
});
