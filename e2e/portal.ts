import { expect, type Locator, type Page } from "@playwright/test";
import type { GatewayKeys, LmsKeys } from "./lms";

/** People of Contoso University in the development sign-in. */
export const people = {
  admin: "Megan Bowen",
  educator: "Isaiah Langer",
  student: "Lidia Holloway",
  /** Of the operator, for all organizations. */
  support: "Debra Berger",
  /** Of Woodgrove Public Schools, in the government community cloud. */
  governmentAdmin: "Miriam Graham",
} as const;

/** The portal, as its people use it. */
export class Portal {
  constructor(
    readonly page: Page,
    readonly address: string,
  ) {}

  heading(name: string | RegExp): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  status(text: string | RegExp): Locator {
    return this.page.getByRole("status").filter({ hasText: text });
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(this.address + path);
  }

  async signIn(name: string): Promise<void> {
    await this.open();
    await this.page.getByRole("button", { name: "Go to registration portal" }).click();
    await this.choosePerson(name);
  }

  /** On the sign-in page. */
  async choosePerson(name: string): Promise<void> {
    // Not the account button of the page before.
    await this.page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  }

  /** As an administrator whose organization isn't registered. */
  async registerOrganization(): Promise<void> {
    await this.page.getByRole("link", { name: "Register your organization" }).click();
    await expect(this.heading("Register your organization")).toBeVisible();
    await this.confirmOrganization();
    await this.goToList();
  }

  async confirmOrganization(): Promise<void> {
    await this.page.getByLabel("Organization name").fill("Contoso University");
    await this.page.getByRole("checkbox", { name: "I’m allowed to register Contoso University" }).check();
    await this.page.getByRole("button", { name: "Register Contoso University" }).click();
    await expect(this.status("Contoso University is registered")).toBeVisible();
  }

  async goToList(): Promise<void> {
    await this.page.getByRole("link", { name: "Go to registration portal" }).click();
    await expect(this.heading("Registrations")).toBeVisible();
  }

  async switchAccount(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out & switch accounts" }).click();
    await expect(this.heading("Choose who to sign in as")).toBeVisible();
  }

  /** By the menu of the account, as somebody who gets in. */
  async switchTo(name: string): Promise<void> {
    await this.openAccount();
    await this.page.getByRole("menuitem", { name: "Switch account" }).click();
    await this.choosePerson(name);
    await expect(this.page.getByRole("button", { name: `Account of ${name}` })).toBeVisible();
  }

  /** The access token of the signed-in person. */
  async token(): Promise<string> {
    return this.page.evaluate(() => (JSON.parse(sessionStorage.getItem("lms-gateway.session")!) as { access_token: string }).access_token);
  }

  /** The gateway's answer to the signed-in person. */
  async answer<Answer>(path: string): Promise<Answer> {
    const answer = await this.page.request.get(`${this.address}/api/v1/${path}`, { headers: { authorization: `Bearer ${await this.token()}` } });
    return (await answer.json()) as Answer;
  }

  async openHelp(): Promise<void> {
    await this.page.getByRole("button", { name: "Help" }).click();
    await expect(this.page.getByRole("menuitem", { name: "REST API" })).toBeVisible();
  }

  async openAccount(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account of/ }).click();
    await expect(this.page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  }

  async next(): Promise<void> {
    await this.page.getByRole("button", { name: "Next" }).click();
  }

  async startRegistration(): Promise<void> {
    await this.page.getByRole("link", { name: "Add new registration" }).first().click();
    await expect(this.heading("Which app do you want to add?")).toBeVisible();
  }

  async chooseApp(app: string): Promise<void> {
    await this.page.getByRole("radio", { name: app }).check();
    await this.next();
    await expect(this.heading("Name it and choose your LMS")).toBeVisible();
  }

  async nameAndChooseLms(name: string, lms: string): Promise<void> {
    await this.page.getByLabel("Registration name").fill(name);
    await this.page.getByRole("radio", { name: lms, exact: true }).check();
    await this.next();
    await expect(this.heading(/Copy the (gateway keys|configuration) into/)).toBeVisible();
  }

  /** Moodle's names for them, since the practice LMS behaves like one. */
  async gatewayKeys(): Promise<GatewayKeys> {
    const value = (label: string) => this.page.getByRole("textbox", { name: label }).inputValue();
    return {
      targetLinkUrl: await value("Tool URL"),
      loginUrl: await value("Initiate login URL"),
      redirectUrl: await value("Redirection URI(s)"),
      keysetUrl: await value("Public keyset"),
    };
  }

  async enterLmsKeys(keys: LmsKeys): Promise<void> {
    const field = (label: string | RegExp) => this.page.getByRole("textbox", { name: label });
    await field("Issuer").fill(keys.issuer);
    await field("Client ID").fill(keys.clientId);
    await field("Keyset URL").fill(keys.keysetUrl);
    await field("Authentication URL").fill(keys.authenticationUrl);
    await field("Access token URL").fill(keys.accessTokenUrl);
    await field("Deployment ID").fill(keys.deploymentId);
  }

  async checkKeys(): Promise<void> {
    await this.page.getByRole("button", { name: "Check the keys" }).click();
    await expect(this.heading("Check and save")).toBeVisible();
  }

  async save(): Promise<void> {
    await this.page.getByRole("button", { name: "Save registration" }).click();
    await expect(this.status("Registration saved")).toBeVisible();
  }

  /** The whole wizard. */
  async addRegistration(name: string, keys: LmsKeys): Promise<void> {
    await this.startRegistration();
    await this.chooseApp("Launch inspector");
    await this.nameAndChooseLms(name, "Moodle");
    await this.next();
    await this.enterLmsKeys(keys);
    await this.checkKeys();
    await this.save();
  }

  async openList(): Promise<void> {
    await this.open("/registrations");
    await expect(this.heading("Registrations")).toBeVisible();
  }

  async askToDelete(name: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `Delete ${name}`, exact: true }).click();
    const dialog = this.page.getByRole("alertdialog");
    await expect(dialog).toContainText(name);
    return dialog;
  }

  async deleteRegistration(name: string): Promise<void> {
    const dialog = await this.askToDelete(name);
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(this.status(`“${name}” was deleted`)).toBeVisible();
  }
}
